/** How long user IDs and room aliases may be. Source: https://spec.matrix.org/v1.16/appendices/#common-identifier-format */

/** In bytes, with the sigil and the server name. */
export const longestIdentifier = 255;

export function faultInLength(kind: "user ID" | "room alias", localpart: string, serverName: string): string | undefined {
    const bytes = Buffer.byteLength(`@${localpart}:${serverName}`);
    return bytes > longestIdentifier ? `makes a ${kind} of ${bytes} bytes; Matrix allows ${longestIdentifier}` : undefined;
}
