/** Processes of a stack's containers, killed as a crash or the kernel would: the engine has not been asked for it. */
import { readdirSync, readFileSync } from "node:fs";
import { parentOf } from "../../../scripts/deployment/killedCli.ts";
import { containers } from "../docker.ts";

/** The process that a container is there for. */
export async function killMain(stackName: string, role: string): Promise<void> {
    const pid = (await containers(stackName))[role]?.State.Pid;
    if (!pid) throw new Error(`${role} does not run`);
    process.kill(pid, "SIGKILL");
}

/** One of the processes by which PostgreSQL serves a connection of the homeserver: the others then end as well, and it recovers. */
export async function killBackend(stackName: string): Promise<void> {
    const server = (await containers(stackName)).database?.State.Pid;
    const backends = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isBackend(pid, server));
    const [first] = backends;
    if (!first) throw new Error("no process of PostgreSQL serves a connection of the homeserver");
    process.kill(Number(first), "SIGKILL");
}

function isBackend(pid: string, server: number | undefined): boolean {
    try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.startsWith("postgres: synapse synapse ") && parentOf(readFileSync(`/proc/${pid}/stat`, "utf8")) === server;
    } catch {
        return false; // It has ended meanwhile.
    }
}
