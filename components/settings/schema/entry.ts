/** Fields that every entry of users, bots, rooms and spaces has. Pure. */
import { z } from "zod";
import { faultInServerName } from "../../../matrix/serverName.ts";
import { named } from "./valueTypes.ts";

/** A picture is a path inside the project, or media that is on a server already. */
function faultInAvatar(avatar: string): string | undefined {
    const [, server] = /^mxc:\/\/([^/\s]+)\/[A-Za-z0-9_-]+$/.exec(avatar) ?? [];
    if (server !== undefined) {
        const fault = faultInServerName(server.toLowerCase());
        return fault && `names a server, ${server}, that ${fault}`;
    }
    if (avatar.includes("://")) return "is neither a path in this project, such as avatars/alice.png, nor an mxc:// URI";
    if (avatar.startsWith("/") || avatar.split("/").includes(".."))
        return "leads out of this project; give a path inside it, such as avatars/alice.png";
    return /\.(png|jpe?g|gif|webp)$/i.test(avatar) ? undefined : "is not a picture; use png, jpg, gif or webp";
}

export const avatar = named(faultInAvatar)
    .optional()
    .describe("Picture: a path in this project, such as avatars/alice.png, or an mxc:// URI.");

export const formerly = z
    .string()
    .min(1)
    .optional()
    .describe("Previous key of this entry. A renamed entry with it stays the same account, room or space.");
