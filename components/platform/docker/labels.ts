/** How the Docker objects of a stack are named and told from others. */

/** Label whose value is the stack's {@link stackPrefix}. */
export const stackLabel = "matrix-synapse.stack";

/**
 * Name of a stack's own network. Docker publishes a container's ports in that one of its networks whose name comes first, and the
 * homeserver listens in the stack's own alone.
 * @param meeting network that stacks meet in, if this one joins one
 */
export function ownNetworkName(prefix: string, meeting: string | undefined): string {
    return meeting === undefined || prefix < meeting ? prefix : `0-${prefix}`;
}

/** Prefix of the names of a stack's Docker objects. */
export function stackPrefix(project: string, stack: string): string {
    return `${project}-${stack}`;
}

/** Name of the volume that is there while a restore of the stack has not ended: what else is there then is half restored. */
export function restoringVolume(prefix: string): string {
    return `${prefix}-restoring`;
}
