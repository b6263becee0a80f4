/** A picture as an input of an account or a room. */
import { createHash } from "node:crypto";

/** A picture as an input: its path, and its hash so that a change of the picture is a change. */
export function avatarInput(path: string, picture: Buffer): string {
    return `${path} sha256:${createHash("sha256").update(picture).digest("hex").slice(0, 16)}`;
}
