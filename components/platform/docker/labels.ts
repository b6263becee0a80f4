/** How the Docker objects of a stack are named and told from others. */

/** Label whose value is the stack's {@link stackPrefix}. */
export const stackLabel = "matrix-synapse.stack";

/** What every Docker object of a stack is named after. */
export function stackPrefix(project: string, stack: string): string {
    return `${project}-${stack}`;
}
