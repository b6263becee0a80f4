/** The files of the project that seeds run: whether they are there, and a digest that makes another text a change. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type BuildFailure, buildSync } from "esbuild";
import type { Fault } from "./fault.ts";
import type { ParseResult } from "./parse.ts";

/**
 * Digest of a script and of every file that it imports by a relative path, directly or not. It is the same wherever these files are.
 * @param script relative to the project, where Pulumi runs its program and its plugins
 * @throws Error with what is wrong with the file
 */
export function digestOf(script: string): string {
    const digest = createHash("sha256");
    for (const file of filesOf(script)) digest.update(createHash("sha256").update(readFileSync(file)).digest());
    return digest.digest("hex");
}

/** The script first, then what it imports. */
function filesOf(script: string): string[] {
    if (!statOf(script).isFile()) throw new Error("is not a file; name a script");
    try {
        const { metafile } = buildSync({
            entryPoints: [`./${script}`],
            bundle: true,
            // Packages, this one included, belong to the lock file.
            packages: "external",
            platform: "node",
            format: "esm",
            metafile: true,
            write: false,
            logLevel: "silent",
        });
        const imported = Object.keys(metafile.inputs).filter((file) => file !== script);
        return [script, ...imported.sort()];
    } catch (error) {
        throw new Error(`cannot be read: ${(error as BuildFailure).errors.map(reason).join("; ")}`);
    }
}

function reason({ text, location }: BuildFailure["errors"][number]): string {
    return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text;
}

function statOf(script: string) {
    try {
        return statSync(script);
    } catch (error) {
        const { code } = error as { code?: string };
        throw new Error(code === "ENOENT" ? "does not exist; paths are relative to the project's folder" : `cannot be read (${code})`);
    }
}

/** Adds a fault for each script that cannot be read. */
export function withSeedScripts(result: ParseResult, digest: (script: string) => string): ParseResult {
    if (!result.settings) return result;
    const faults: Fault[] = Object.entries(result.settings.seeds).flatMap(([key, { script }]) => {
        try {
            digest(script);
            return [];
        } catch (error) {
            return [{ path: `seeds.${key}.script`, message: `${JSON.stringify(script)} ${(error as Error).message}` }];
        }
    });
    return faults.length === 0 ? result : { settings: undefined, faults };
}
