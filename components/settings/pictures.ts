/** Avatars that are files of the project: a hash beside the path makes another picture a change. */
import { readFileSync } from "node:fs";
import { avatarInput } from "../../provider/resources/avatar.ts";
import type { Fault } from "./fault.ts";
import type { ParseResult } from "./parse.ts";

/** Largest picture, in bytes: anything larger is a photograph that was not scaled down. */
const largest = 5_000_000;

/** @throws Error with what is wrong with the file */
export function readPicture(path: string): Buffer {
    let picture: Buffer;
    try {
        // Relative to the project, where Pulumi runs its program and its plugins.
        picture = readFileSync(path);
    } catch (error) {
        const { code } = error as { code?: string };
        if (code === "EISDIR") throw new Error("is a directory; name a picture");
        throw new Error(code === "ENOENT" ? "does not exist; paths are relative to the project's folder" : `cannot be read (${code})`);
    }
    if (picture.length === 0) throw new Error("is empty");
    if (picture.length > largest) throw new Error(`has ${picture.length} bytes; at most ${largest}`);
    return picture;
}

/** Adds each picture's hash to its path, or a fault where the picture cannot be read. */
export function withPictures(result: ParseResult, read: (path: string) => Buffer): ParseResult {
    if (!result.settings) return result;
    const faults: Fault[] = [];
    const settings = { ...result.settings };
    for (const section of ["users", "bots", "rooms", "spaces"] as const) {
        const entries = Object.entries(settings[section]).map(([key, entry]) => {
            if (entry.avatar === undefined || entry.avatar.startsWith("mxc://")) return [key, entry] as const;
            try {
                return [key, { ...entry, avatar: avatarInput(entry.avatar, read(entry.avatar)) }] as const;
            } catch (error) {
                faults.push({ path: `${section}.${key}.avatar`, message: `${JSON.stringify(entry.avatar)} ${(error as Error).message}` });
                return [key, entry] as const;
            }
        });
        Object.assign(settings, { [section]: Object.fromEntries(entries) });
    }
    return faults.length === 0 ? { settings, faults: [] } : { settings: undefined, faults };
}
