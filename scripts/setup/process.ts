/** Runs a program with its output in a log, and says on failure what matters: the last lines, where the rest is, what next. */
import { createWriteStream, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { execa } from "execa";
import { logsDir, root } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";

export interface LoggedOptions {
    /** Name of the log under .tools/logs. */
    log: string;
    cwd?: string;
    env?: Record<string, string | undefined>;
    /** Sees each line of output as it comes. */
    onLine?: (line: string) => void;
    /** What to do when it fails. */
    next: string;
}

const shownLines = 15;

export function failureText(command: string, reason: string, lastLines: string[], log: string, next: string): string {
    const quoted = lastLines.map((line) => `    ${line}`).join("\n");
    return `${command} ${reason}\n${quoted ? `${quoted}\n` : ""}  Whole log: ${log}\n  Next: ${next}`;
}

export async function runLogged(file: string, args: string[], options: LoggedOptions): Promise<void> {
    mkdirSync(logsDir, { recursive: true });
    const logPath = join(logsDir, `${options.log}.log`);
    const log = createWriteStream(logPath);
    const lines = new PassThrough();
    const tail: string[] = [];
    createInterface({ input: lines }).on("line", (line) => {
        // A progress bar rewrites its line; what counts is what it came to.
        const text = line.split("\r").pop()?.trimEnd() ?? "";
        if (text) {
            tail.push(text);
            tail.splice(0, tail.length - shownLines);
            options.onLine?.(text);
        }
    });
    const child = execa(file, args, {
        cwd: options.cwd ?? root,
        env: options.env,
        stdin: "ignore",
        all: true,
        buffer: false,
        reject: false,
    });
    child.all.pipe(log);
    child.all.pipe(lines);
    const result = await child;
    if (result.failed) {
        const reason = result.exitCode === undefined ? (result.originalMessage ?? "was stopped") : `ended with status ${result.exitCode}`;
        throw new Failure(failureText([file, ...args.slice(0, 2)].join(" "), reason, tail, relative(root, logPath), options.next));
    }
}
