/** `info`: facts for a program or person that starts this resource together with others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { root } from "../project/checkout.ts";
import { type StackSettings, settingsOf } from "../project/settings.ts";
import { namedStack, stackOf } from "../project/stacks.ts";
import { examples } from "./parsing.ts";

export interface Info {
    name: string;
    version: string;
    /** 0–1000; lower starts earlier. After databases and proxies, before what talks through Matrix. */
    startup_order: number;
    /** Seconds after which a start has failed. */
    startup_timeout: number;
    /** From a restart to a first start with an empty database. */
    startup_time_estimate: string;
    /** What must run first. */
    dependencies: string[];
    /** 1–5: how often to retry a failed start. */
    recovery_attempts: number;
    priority: "critical" | "high" | "medium" | "low";
}

/** `manage start` ends within this. */
const startBound = 120;

export function infoCommand(): Command {
    return new Command("info")
        .description("Show the start-up order, start-up times, dependencies and priority of this resource. Times are in seconds.")
        .option("--json", "as JSON")
        .addHelpText("after", examples("info", "info --json"))
        .action(async ({ json }: { json?: boolean }, command: Command) => {
            // Works without a stack: callers ask before anything is installed.
            const settings = namedStack(command) === undefined ? {} : settingsOf(stackOf(command));
            const info = infoOf(settings, version());
            console.log(json ? JSON.stringify(info, null, 2) : asText(info));
        });
}

function version(): string {
    return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

export function infoOf(settings: StackSettings, version: string): Info {
    return {
        name: "matrix-synapse",
        version,
        startup_order: 500,
        startup_timeout: startBound,
        startup_time_estimate: "5-30s",
        dependencies: ["docker", ...(settings.database?.host ? ["postgresql"] : [])],
        // Docker restarts what crashes, so a start that fails three times needs a person.
        recovery_attempts: 3,
        priority: "high",
    };
}

function asText(info: Info): string {
    const entries = Object.entries(info).map(([key, value]) => [key, Array.isArray(value) ? value.join(", ") : `${value}`] as const);
    const width = Math.max(...entries.map(([key]) => key.length));
    return entries.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join("\n");
}
