/** First steps out of a container, really taken in every container of a stack, as the user that its program runs as. */
import { readFileSync } from "node:fs";
import { execa } from "execa";
import { imageReference } from "../../../scripts/project/checkout.ts";
import { containers } from "../docker.ts";
import type { Outcome, Target } from "./attack.ts";
import { containerOf } from "./attack.ts";

const program = readFileSync(new URL("steps.pl", import.meta.url), "utf8");

/** Files by which each program does what it does, beside those that all containers have. */
const programs: Record<string, string[]> = {
    gateway: ["/usr/bin/caddy", "/etc/caddy/caddy.json"],
    homeserver: ["/start.py", "/usr/local/bin/python", "/usr/local/lib/python3.11/site-packages", "/etc/synapse/homeserver.yaml"],
    relay: ["/usr/bin/turnserver", "/usr/local/bin/docker-entrypoint.sh"],
    database: ["/usr/lib/postgresql/15/bin/postgres", "/usr/local/bin/docker-entrypoint.sh"],
    wal: ["/wal.sh"],
    backup: ["/backup.sh", "/usr/bin/restic"],
};

/** What a step says → the steps that do. */
async function take(command: string[], role = ""): Promise<Record<"open" | "shut", string[]>> {
    const { stdout } = await execa("docker", [...command, "perl", "-", ...(programs[role] ?? [])], { input: program });
    const said = stdout.split("\n");
    const those = (word: string) => said.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1));
    return { open: those("open"), shut: those("shut") };
}

export async function tryToEscape(target: Target): Promise<Outcome> {
    const roles = Object.keys(await containers(target.stack)).sort();
    const results: Outcome = { tried: "first steps out of a container", times: 0, succeeded: [], seen: "" };
    for (const role of roles) {
        const { open, shut } = await take(["exec", "--interactive", containerOf(target, role)], role);
        results.times += open.length + shut.length;
        results.succeeded.push(...open.map((step) => `${role}: ${step}`));
    }
    return { ...results, seen: `about ${Math.round(results.times / roles.length)} steps in each of ${roles.length} containers` };
}

/** The steps that succeed in a container that has more rights: so that what is refused elsewhere is refused for the lack of them. */
export async function stepsOfRoot(): Promise<string[]> {
    // Not --privileged, which not every machine that tests run on may grant.
    const rights = ["--user", "0:0", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined"];
    return (await take(["run", "--rm", "--interactive", "--network", "none", ...rights, imageReference("base")])).open;
}
