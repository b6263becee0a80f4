/** Avatars that are files of the project: a hash beside the path makes another picture a change. */
import { readFileSync, statSync } from "node:fs";
import { avatarInput } from "../../provider/resources/avatar.ts";
import type { Fault } from "./fault.ts";
import type { ParseResult } from "./parse.ts";
import { faultInPicture, usualPixels } from "./pictureFile.ts";
import type { ParsedSettings } from "./schema/index.ts";

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

const units: Record<string, number> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** In bytes or pixels. Source of the units: Synapse's `parse_size`. */
function sizeOf(size: unknown): number {
    const [, digits, unit] = /^(\d+)([KMGT]?)$/.exec(String(size)) ?? [];
    return Number(digits) * (unit ? (units[unit] ?? 1) : 1);
}

/** What Synapse makes of no number, it says itself. */
function mostPixels({ config }: { config: Record<string, unknown> }): number {
    const given = sizeOf(config.max_image_pixels);
    return Number.isNaN(given) ? usualPixels : given;
}

/** @throws Error with what is wrong with the file */
function checked(path: string, picture: Buffer, homeserver: ParsedSettings["homeserver"]): Buffer {
    const { maxUpload } = homeserver.media;
    if (picture.length === 0) throw new Error("is empty");
    if (picture.length > sizeOf(maxUpload))
        throw new Error(
            `has ${picture.length} bytes, and the server takes ${maxUpload} (homeserver.media.maxUpload); make the picture smaller, or the limit larger`,
        );
    const fault = faultInPicture(path, picture, mostPixels(homeserver));
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
                const picture = checked(entry.avatar, read(entry.avatar), settings.homeserver);
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
