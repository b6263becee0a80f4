/** Runs Mocha on some files, and ends it when its time is over. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";

export type SuiteResult = "passed" | "failed" | "late";

/** Milliseconds between asking and ending. */
const patience = 1500;

/** @throws Failure (exit 2) if Mocha is not installed, as it is for development only */
export function runSuite(files: readonly string[], seconds: number, stack?: string): Promise<SuiteResult> {
    const mocha = join(root, "node_modules/mocha/bin/mocha.js");
    if (!existsSync(mocha)) throw new Failure("tests need Mocha, which is not installed here: run `npm ci`", 2);
    return new Promise((resolve, reject) => {
        // A process group of its own: Mocha starts processes, and all are to end with it.
        // Without TEST_TALLY: where a test of `make test` runs this command, the tests here are not part of its sum.
        const { TEST_TALLY: _, ...environment } = process.env;
        const env = { ...environment, ...(stack === undefined ? {} : { STACK: stack }) };
        const child = spawn(process.execPath, [mocha, ...files], {
            cwd: root,
            env,
            stdio: ["ignore", "inherit", "inherit"],
            detached: true,
        });
        let late = false;
        const signal = (name: NodeJS.Signals) => {
            try {
                if (child.pid) process.kill(-child.pid, name);
            } catch {
                // It has ended meanwhile.
            }
        };
        const timer = setTimeout(
            () => {
                late = true;
                signal("SIGTERM");
                setTimeout(() => signal("SIGKILL"), patience).unref();
            },
            seconds * 1000 - patience,
        );
        const pass = (name: NodeJS.Signals) => signal(name);
        process.on("SIGINT", pass).on("SIGTERM", pass);
        child.on("error", reject);
        child.on("close", (code) => {
            clearTimeout(timer);
            process.off("SIGINT", pass).off("SIGTERM", pass);
            if (late) signal("SIGKILL");
            resolve(late ? "late" : code === 0 ? "passed" : "failed");
        });
    });
}
