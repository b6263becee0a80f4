/** Avatars that are files of the project: a hash beside the path makes another picture a change. */
import { readFileSync, statSync } from "node:fs";
import { avatarInput } from "../../provider/resources/avatar.ts";
import type { Fault } from "./fault.ts";
import type { ParseResult } from "./parse.ts";
import { faultInPicture } from "./pictureFile.ts";

/** Largest picture, in bytes: anything larger is a photograph that was not scaled down. */
const largest = 5_000_000;

/** @throws Error with what is wrong with the file */
export function readPicture(path: string): Buffer {
    try {
        // Relative to the project, where Pulumi runs its program and its plugins.
        const found = statSync(path);
        if (found.isDirectory()) throw new Error("is a directory; name a picture");
        // To read from a pipe would never end.
        if (!found.isFile()) throw new Error("is not a file; name a picture");
        if (found.size > largest) throw new Error(`has ${found.size} bytes; at most ${largest}`);
        return readFileSync(path);
    } catch (error) {
        const { code } = error as { code?: string };
        if (code === undefined) throw error;
        const absent = code === "ENOENT" || code === "ENOTDIR";
        throw new Error(absent ? "does not exist; paths are relative to the project's folder" : `cannot be read (${code})`);
    }
}

/** In bytes. Source of the units: Synapse's `parse_size`. */
function bytesOf(size: string): number {
    const units: Record<string, number> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
    return Number(size.slice(0, -1)) * (units[size.slice(-1)] ?? Number.NaN);
}

/** @throws Error with what is wrong with the file */
function checked(path: string, picture: Buffer, maxUpload: string): Buffer {
    if (picture.length === 0) throw new Error("is empty");
    if (picture.length > bytesOf(maxUpload))
        throw new Error(
            `has ${picture.length} bytes, and the server takes ${maxUpload} (homeserver.media.maxUpload); make the picture smaller, or the limit larger`,
        );
    const fault = faultInPicture(path, picture);
    if (fault) throw new Error(fault);
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
                const picture = checked(entry.avatar, read(entry.avatar), settings.homeserver.media.maxUpload);
                return [key, { ...entry, avatar: avatarInput(entry.avatar, picture) }] as const;
            } catch (error) {
                faults.push({ path: `${section}.${key}.avatar`, message: `${JSON.stringify(entry.avatar)} ${(error as Error).message}` });
                return [key, entry] as const;
            }
        });
        Object.assign(settings, { [section]: Object.fromEntries(entries) });
    }
    return faults.length === 0 ? { settings, faults: [] } : { settings: undefined, faults };
}
