/**
 * How much an event can hold. Source: https://spec.matrix.org/v1.16/client-server-api/#size-limits
 * An event has at most 65,536 bytes. What is not content (hashes, signatures, references) takes less than 5,000 of them.
 */

/** Bytes of an event's content, as JSON. */
export const largestContent = 60_000;

/** @returns bytes of the value as JSON, in which some characters take up to six */
export function jsonSize(value: unknown): number {
    return Buffer.byteLength(JSON.stringify(value));
}

/**
 * @param value all of an event's content that can grow
 * @returns what is wrong with it, or undefined
 */
export function faultInContentSize(value: unknown, type: string, limit = largestContent): string | undefined {
    const size = jsonSize(value);
    return size > limit ? `makes an ${type} event with ${size} bytes of this; at most ${limit} fit into an event` : undefined;
}
