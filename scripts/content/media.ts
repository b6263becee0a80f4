/** Pictures on a homeserver. */
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { MatrixClient } from "matrix-bot-sdk";

const types: Record<string, string> = { ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp" };

/**
 * Uploads the picture, unless it is on the server already.
 * @param avatar an mxc:// URI, or a file's path, with or without the hash that avatarInput puts behind it
 * @returns its mxc:// URI
 */
export async function mediaOf(client: MatrixClient, avatar: string): Promise<string> {
    if (avatar.startsWith("mxc://")) return avatar;
    const path = avatar.replace(/ sha256:[0-9a-f]+$/, "");
    return client.uploadContent(await readFile(path), types[extname(path).toLowerCase()] ?? "image/jpeg", basename(path));
}
