/** One process of a test run: its output, its counts and the time of each of its files. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../project/checkout.ts";
import { duration } from "../project/duration.ts";
import type { Turn } from "./inPairs.ts";
import { type FileTimes, fileTimesOf, type Tally, tallyOf } from "./tally.ts";

export interface Job extends Turn {
    title: string;
    command: readonly [string, ...string[]];
    /** Writes its counts to the file that TEST_TALLY names; otherwise only its failure counts, as one. */
    counts: boolean;
}

export interface Outcome {
    title: string;
    succeeded: boolean;
    milliseconds: number;
    tally: Tally;
    files: FileTimes;
}

const mochaProgram = join(root, "node_modules/mocha/bin/mocha.js");

export function mocha(title: string, files: readonly string[], turn: Turn = {}): Job {
    return { title, command: [process.execPath, mochaProgram, ...files], counts: true, ...turn };
}

export function script(title: string, path: string, parameters: readonly string[], job: Turn & { counts: boolean }): Job {
    return { title, command: [process.execPath, "--import", "tsx", path, ...parameters], ...job };
}

export interface Place {
    say: (text: string) => void;
    /** For the jobs' output and counts. */
    folder: string;
}

/** @param live shows its output as it comes, which only one job at a time may; otherwise it is shown whole at the end */
export async function runJob({ title, command, counts }: Job, live: boolean, { say, folder }: Place): Promise<Outcome> {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, title.replace(/[^\w-]+/g, "-"));
    const [outputFile, tallyFile] = [`${path}.log`, `${path}.tally`];
    rmSync(tallyFile, { force: true });
    say(`❯ ${title}`);
    const started = Date.now();
    // A file, not a pipe: what a test leaves running would keep a pipe open, and this process waiting.
    const output = openSync(outputFile, "w");
    const succeeded = await run(command, tallyFile, live ? [1, 2] : [output, output]);
    closeSync(output);
    const milliseconds = Date.now() - started;
    say(`${succeeded ? "✔" : "✖"} ${title} [${duration(milliseconds)}]`);
    if (!live) say(`${readFileSync(outputFile, "utf8").trimEnd()}\n`);
    const lines = existsSync(tallyFile) ? readFileSync(tallyFile, "utf8") : "";
    const tally = counts ? tallyOf(lines, succeeded) : { passed: 0, failed: succeeded ? 0 : 1, skipped: 0 };
    return { title, succeeded: succeeded && tally.failed === 0, milliseconds, tally, files: fileTimesOf(lines) };
}

async function run([file, ...parameters]: Job["command"], tallyFile: string, output: [number, number]): Promise<boolean> {
    const env = { ...process.env, TEST_TALLY: tallyFile };
    const child = spawn(file, parameters, { cwd: root, stdio: ["ignore", ...output], env });
    children.add(child);
    const [code] = await once(child, "exit");
    children.delete(child);
    return code === 0;
}

const children = new Set<ChildProcess>();

/** Ends the processes of all jobs. */
export function endJobs(signal: NodeJS.Signals): void {
    for (const child of children) child.kill(signal);
}
