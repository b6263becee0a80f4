/** Tells whether something that was built still matches what it is built from. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { stampsDir } from "../project/checkout.ts";

function filesUnder(path: string): string[] {
    if (!statSync(path).isDirectory()) {
        return [path];
    }
    return (
        readdirSync(path, { withFileTypes: true })
            // Tests change nothing that is built.
            .filter((entry) => !entry.name.startsWith(".") && !entry.name.endsWith("_test.go") && entry.name !== "testdata")
            .flatMap((entry) => filesUnder(join(path, entry.name)))
    );
}

/** Hash over the names and contents of files (folders are read whole), and over further words such as versions. */
export function fingerprint(base: string, paths: string[], words: string[] = []): string {
    const hash = createHash("sha256");
    const files = paths.flatMap((path) => filesUnder(join(base, path)));
    // Names relative to the base and in one order: another checkout on another machine comes to the same hash.
    const named = files.map((file) => ({ file, name: relative(base, file).split(sep).join("/") }));
    named.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { file, name } of named) {
        const content = readFileSync(file);
        hash.update(`${name}\0${content.length}\0`).update(content);
    }
    for (const word of words) {
        hash.update(`\0${word}`);
    }
    return hash.digest("hex").slice(0, 16);
}

/** A note that `name` was made from sources with this fingerprint. It counts while what was made still exists. */
export function isStamped(name: string, print: string, outputs: string[]): boolean {
    const stamp = join(stampsDir, name);
    return existsSync(stamp) && readFileSync(stamp, "utf8") === print && outputs.every((path) => existsSync(path));
}

export function stamp(name: string, print: string): void {
    mkdirSync(stampsDir, { recursive: true });
    writeFileSync(join(stampsDir, name), print);
}
