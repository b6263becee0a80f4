/** `make test-reliability`: what takes too long for `make test`, in full, one file after the other; ends in one table. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { toolsDir } from "../project/checkout.ts";
import { table } from "../project/table.ts";
import type { Finding } from "./finding.ts";
import { mocha } from "./job.ts";
import { runJobs } from "./runJobs.ts";
import { filesOf } from "./suites.ts";

const folder = join(toolsDir, "test-run");
const findings = join(folder, "reliability.jsonl");
mkdirSync(folder, { recursive: true });
rmSync(findings, { force: true });
process.env.RELIABILITY_FINDINGS = findings;

const nameOf = (path: string) => basename(path, ".test.ts");
const wanted = (process.env.ONLY ?? "").split(/[\s,]+/).filter(Boolean);
const files = filesOf("reliability").filter((path) => wanted.length === 0 || wanted.includes(nameOf(path)));
const alone = "measures how long the server is away, and how much it takes";
const passed = await runJobs(files.map((path) => mocha(`reliability: ${nameOf(path)}`, [path], { alone })));

const rows = existsSync(findings) ? readFileSync(findings, "utf8").split("\n").filter(Boolean).map(asRow) : [];
console.log(`\n${table([["tried", "times", "lost", "seen"], ...rows])}`);
process.exitCode = passed && files.length > 0 ? 0 : 1;

function asRow(line: string): string[] {
    const { tried, times, lost, seen }: Finding = JSON.parse(line);
    return [tried, `${times}`, `${lost}`, seen];
}
