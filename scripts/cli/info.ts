/** `info`: what whoever starts this resource among others has to know of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { root } from "../project/checkout.ts";
import { leftOut, type StackSettings, settingsOf } from "../project/settings.ts";
import { namedStack, stackOf } from "../project/stacks.ts";
import { expectedRoles } from "../stack/components.ts";
import { examples } from "./parsing.ts";

export interface Info {
    name: string;
    version: string;
    /** 0–1000; whoever is lower starts earlier. After databases and proxies, before what talks through Matrix. */
    startup_order: number;
    /** Seconds after which a start has failed. */
    startup_timeout: number;
    /** From a start with everything there to one that builds up an empty database. */
    startup_time_estimate: string;
    /** What must be there first. */
    dependencies: string[];
    /** 1–5: how often a start is worth another try. */
    recovery_attempts: number;
    priority: "critical" | "high" | "medium" | "low";
}

/** What `manage start` ends within. */
const startBound = 120;

export function infoCommand(): Command {
    return new Command("info")
        .description("What this resource is and needs: for whoever starts it among others. Times are in seconds.")
        .option("--json", "as JSON")
        .addHelpText("after", examples("info", "info --json"))
        .action(async ({ json }: { json?: boolean }, command: Command) => {
            // Without a stack, too: this is asked before anything is installed.
            const settings = namedStack(command) === undefined ? {} : await settingsOf(stackOf(command));
            const info = infoOf(settings, version());
            console.log(json ? JSON.stringify(info, null, 2) : asText(info));
        });
}

function version(): string {
    return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

export function infoOf(settings: StackSettings, version: string): Info {
    const absent = leftOut(settings);
    return {
        name: "matrix-synapse",
        version,
        startup_order: 500,
        startup_timeout: startBound,
        startup_time_estimate: "5-30s",
        dependencies: ["docker", ...(settings.database?.host ? ["postgresql"] : [])],
        // Keepers bring back what dies by itself; without them somebody else has to try more often.
        recovery_attempts: expectedRoles.some((role) => role === "keeper" && !absent.has(role)) ? 3 : 5,
        priority: "high",
    };
}

function asText(info: Info): string {
    const entries = Object.entries(info).map(([key, value]) => [key, Array.isArray(value) ? value.join(", ") : `${value}`] as const);
    const width = Math.max(...entries.map(([key]) => key.length));
    return entries.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join("\n");
}
