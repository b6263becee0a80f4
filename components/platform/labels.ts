/** Namespace of the labels that tell a stack's Docker objects from others. */
export const labelPrefix = "matrix-synapse";
