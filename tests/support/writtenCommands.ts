/** What a document tells its readers to type, and a copy of the checkout to type it in. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";

export interface Block {
    /** Such as sh, or yaml. */
    language: string;
    /** Of a file that the reader writes: its path. */
    title?: string;
    text: string;
}

/** The fenced blocks of a document, in order. A file is named so: ```ts title=bot.ts */
export function blocksOf(document: string): Block[] {
    const text = readFileSync(join(root, document), "utf8");
    return [...text.matchAll(/^```(\w*)(?: title=(\S+))?\n(.*?)^```$/gms)].map(([, language = "", title, block = ""]) => ({
        language,
        ...(title !== undefined && { title }),
        text: block,
    }));
}

/** A checkout as a reader has it, with this one's tools and a `.state` of its own, of which only the command line's keys are used. */
export async function copyOfCheckout(): Promise<string> {
    const directory = mkdtempSync(join(tmpdir(), "tutorial-"));
    const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
    for (const file of stdout.split("\0").filter(Boolean)) {
        mkdirSync(dirname(join(directory, file)), { recursive: true });
        // Times as well: by them make knows that npm has nothing to do.
        cpSync(join(root, file), join(directory, file), { preserveTimestamps: true, force: true });
    }
    for (const made of ["node_modules", ".tools"]) symlinkSync(join(root, made), join(directory, made));
    for (const own of [".state", "tmp"]) mkdirSync(join(directory, own), { mode: 0o700 });
    return directory;
}

/**
 * Writes the files, then runs the commands one after the other in one bash.
 * @returns all that the terminal showed
 * @throws an error that names the command that failed, with the end of that
 */
export async function follow(blocks: Block[], directory: string, environment: Record<string, string | undefined>): Promise<string> {
    const script = join(directory, "tmp", "commands.sh");
    const files = blocks.filter(({ title }) => title !== undefined).map(({ title, text }) => ({ path: title as string, text }));
    // All at the beginning: no command minds that a file is there before its time.
    for (const { path, text } of files) {
        mkdirSync(join(directory, dirname(path)), { recursive: true });
        writeFileSync(join(directory, path), text);
    }
    const commands = blocks.filter(({ language, title }) => language === "sh" && title === undefined).map(({ text }) => text);
    const trap = `trap 'echo "failed: $BASH_COMMAND" >&2' ERR\ntrap 'jobs -p | xargs -r kill' EXIT\n`;
    writeFileSync(script, `set -euo pipefail\n${trap}${commands.join("\n")}`);
    const { exitCode, all } = await execa("bash", [script], {
        cwd: directory,
        env: { ...environment, TMPDIR: join(directory, "tmp") },
        reject: false,
        all: true,
        stdin: "ignore",
        timeout: 150_000,
    });
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: …${all.slice(-3000)}`);
    return all;
}

export function removeCopy(directory: string): void {
    rmSync(directory, { recursive: true, force: true });
}
