/** `test`: the suites that `make test-…` runs, each within its time. */
import { Command } from "commander";
import { Failure } from "../project/failure.ts";
import { stackOf } from "../project/stacks.ts";
import { runSuite } from "../testing/runSuite.ts";
import { filesOf, integrationRuns, quick } from "../testing/suites.ts";
import { examples, secondsOption } from "./parsing.ts";

/** Seconds within which the contract wants each ended; a little less, to end what hangs. */
const bounds = { smoke: 28, integration: 115, unit: 57, all: 590 };

/** What a further run of integration tests needs: less is not begun. */
const enough = 120;

interface Options {
    timeout: number;
}

export function testCommand(): Command {
    return new Command("test")
        .description("Run the tests. They need a checkout; an installed package has none (exit code 2).")
        .addHelpText("after", examples("test smoke", "test unit", "test all"))
        .addCommand(
            suite("smoke", "Test the running stack.").action(async ({ timeout }: Options, command: Command) => {
                await passes("smoke", filesOf("smoke"), timeout, stackOf(command));
            }),
        )
        .addCommand(
            suite(
                "integration",
                `Run the quick integration tests (${quick.join(", ")}) on a stack of their own, and name the others.\nExit code 2: none available.`,
            ).action(async ({ timeout }: Options) => {
                const all = filesOf("integration");
                const chosen = all.filter((file) => quick.some((name) => file.endsWith(`/${name}.test.ts`)));
                await passes("integration", chosen, timeout);
                console.log(
                    `Left out, they take longer (make test-integration runs all): ${names(all.filter((file) => !chosen.includes(file)))}`,
                );
            }),
        )
        .addCommand(
            suite("unit", "Run the unit tests, which need no server.\nExit code 2: none available.").action(
                async ({ timeout }: Options) => {
                    await passes("unit", filesOf("unit"), timeout);
                },
            ),
        )
        .addCommand(
            suite(
                "all",
                "Run unit tests, smoke tests, and as many integration tests as the time allows.\nExit code 2: all passed, but some were left out or are not available.",
            ).action(async ({ timeout }: Options, command: Command) => {
                await all(timeout, stackOf(command));
            }),
        );
}

function suite(name: keyof typeof bounds, description: string): Command {
    return new Command(name)
        .description(description)
        .addOption(secondsOption("--timeout <seconds>", "time limit", bounds[name], bounds[name]))
        .addHelpText("after", examples(`test ${name}`));
}

/** @throws Failure; exit 2 where there are no files, but for smoke tests, which every checkout has */
async function passes(name: string, files: readonly string[], seconds: number, stack?: string): Promise<void> {
    if (files.length === 0)
        throw new Failure(`there are no ${name} tests here: run this in a checkout of the project`, name === "smoke" ? 1 : 2);
    const result = await runSuite(files, seconds, stack);
    if (result === "failed") throw new Failure(`${name} tests failed`);
    if (result === "late")
        throw new Failure(`${name} tests were not done within ${seconds} s and were ended; what they left is removed by their next run`);
}

async function all(seconds: number, stack: string): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    const left = () => Math.floor((deadline - Date.now()) / 1000);
    const failed: string[] = [];
    const missing: string[] = [];
    const attempt = async (title: string, files: readonly string[], most: number, stack?: string) => {
        console.log(`\n❯ ${title}`);
        const result = await runSuite(files, Math.max(1, Math.min(most, left())), stack);
        if (result !== "passed") failed.push(`${title} (${result})`);
    };
    for (const name of ["unit", "smoke"] as const) {
        const files = filesOf(name);
        if (files.length === 0) missing.push(name);
        else await attempt(name, files, bounds[name], stack);
    }
    const runs = integrationRuns();
    if (runs.length === 0) missing.push("integration");
    for (const files of runs) {
        if (left() > Math.min(enough, seconds / 2)) await attempt(`integration: ${names(files)}`, files, left());
        else missing.push(...files.map((file) => names([file])));
    }
    if (failed.length > 0) throw new Failure(`failed: ${failed.join("; ")}`);
    if (missing.length > 0) throw new Failure(`all that were run passed; left out or not available: ${missing.join(", ")}`, 2);
}

/** "gateway, secrecy" */
function names(files: readonly string[]): string {
    return files.map((file) => file.split("/").at(-1)?.replace(".test.ts", "")).join(", ");
}
