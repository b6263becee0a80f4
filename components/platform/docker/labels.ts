/** How the Docker objects of a stack are named and told from others. keeper.py reads the labels too. */

/** Label whose value is the stack's {@link stackPrefix}. */
export const stackLabel = "matrix-synapse.stack";

/** Label whose value is the limit on a container's processes and threads together. */
export const processesLabel = "matrix-synapse.processes";

/** What every Docker object of a stack is named after. */
export function stackPrefix(project: string, stack: string): string {
    return `${project}-${stack}`;
}
