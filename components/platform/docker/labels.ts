/** How the Docker objects of a stack are named and told from others. */

/** Label whose value is the stack's {@link stackPrefix}. */
export const stackLabel = "matrix-synapse.stack";

/** Prefix of the names of a stack's Docker objects. */
export function stackPrefix(project: string, stack: string): string {
    return `${project}-${stack}`;
}
