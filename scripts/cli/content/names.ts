/** Turns a typed name into an ID. Names become parts of URLs, encoded by the SDK, and are never part of a shell command. */
import { faultInLength } from "../../../matrix/identifierLength.ts";
import { faultInAliasLocalpart } from "../../../matrix/roomAlias.ts";
import { faultInLocalpart, isUserId } from "../../../matrix/userId.ts";
import { findRoom } from "../../content/room/alias.ts";
import { Failure } from "../../project/failure.ts";
import { quoted, visible } from "../../project/visible.ts";
import type { Server } from "./server.ts";

/** The part of a user ID between @ and the colon, of an account on this server. @throws Failure that says what would be right */
export function localpartOf(typed: string, serverName: string): string {
    const suffix = `:${serverName}`;
    if (typed.startsWith("@") && typed.includes(":") && !typed.endsWith(suffix)) {
        throw new Failure(`user ${quoted(typed)} is of another server; this one is ${serverName}`);
    }
    const name = typed.startsWith("@") ? typed.slice(1).replace(suffix, "") : typed;
    const fault = faultInLocalpart(name) ?? faultInLength("user ID", name, serverName);
    if (fault) throw new Failure(`user ${quoted(typed)} ${visible(fault)}`);
    return name;
}

/** The same, but an ID of another server is taken as it is. */
export function userIdOf(typed: string, serverName: string): string {
    if (isUserId(typed) && !typed.endsWith(`:${serverName}`)) {
        if (Buffer.byteLength(typed) > 255) throw new Failure(`user ${quoted(typed)} has more than 255 bytes, which Matrix does not allow`);
        return typed;
    }
    return `@${localpartOf(typed, serverName)}:${serverName}`;
}

/** With # and server name. @throws Failure that says what would be right */
export function aliasOf(typed: string, serverName: string): string {
    const bare = typed.startsWith("#") ? typed.slice(1) : typed;
    const suffix = `:${serverName}`;
    if (typed.startsWith("#") && bare.includes(":") && !bare.endsWith(suffix)) {
        if (Buffer.byteLength(typed) > 255)
            throw new Failure(`room alias ${quoted(typed)} has more than 255 bytes, which Matrix does not allow`);
        return typed;
    }
    const localpart = bare.endsWith(suffix) ? bare.slice(0, -suffix.length) : bare;
    const fault = faultInAliasLocalpart(localpart) ?? faultInLength("room alias", localpart, serverName);
    if (fault) throw new Failure(`room ${quoted(typed)} ${visible(fault)}`);
    return `#${localpart}${suffix}`;
}

/** The alias that a key of the settings stands for. */
export function aliasOfKey(settings: Record<string, unknown>, key: string, serverName: string): string | undefined {
    for (const section of ["rooms", "spaces"]) {
        const entries = settings[section] as Record<string, { alias?: unknown } | null> | undefined;
        if (!entries || !Object.hasOwn(entries, key)) continue;
        const alias = entries[key]?.alias;
        return `#${typeof alias === "string" ? alias : key}:${serverName}`;
    }
    return undefined;
}

/**
 * @param typed a key of the settings, an alias with or without # and server name, or a room ID
 * @returns undefined if there is no such room
 */
export async function roomIdOf(server: Pick<Server, "client" | "settings" | "name">, typed: string): Promise<string | undefined> {
    if (typed.startsWith("!")) {
        if (Buffer.byteLength(typed) > 255 || /\s/.test(typed)) throw new Failure(`${quoted(typed)} is not a room ID`);
        return typed;
    }
    return findRoom(server.client, aliasOfKey(server.settings, typed, server.name) ?? aliasOf(typed, server.name));
}

/** Whether such an account could exist here; an alias may have characters that no user name has. */
export function isLocalpartOrUserId(typed: string, serverName: string): boolean {
    if (/^[#!]/.test(typed)) return false;
    const name = typed.startsWith("@") ? typed.slice(1).replace(`:${serverName}`, "") : typed;
    return /^[a-z0-9._=\-/+]+$/.test(name) && faultInLength("user ID", name, serverName) === undefined;
}
