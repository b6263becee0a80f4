/**
 * A Docker engine of the test's own, which may be killed: the machine's has other stacks. It must be started in a network namespace of
 * its own, because two engines would each rewrite the other's firewall rules; so whoever talks to its stacks is in that namespace too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { root } from "../../../scripts/project/checkout.ts";
import { removeStalePidFiles } from "../../../scripts/setup/engine.ts";
import { docker, eventually } from "../docker.ts";

/** Seconds until systemd starts it again after a kill: RestartSec of docker.service. */
const restartSeconds = 2;

export class Engine {
    readonly host: string;
    private process?: ChildProcess;

    /** @param directory on a disk: images and volumes are in it */
    constructor(private readonly directory: string = mkdtempSync("/var/tmp/engine-")) {
        this.host = `unix://${directory}/docker.sock`;
    }

    /** From here on everything in this process talks to it. */
    async start(): Promise<void> {
        const { directory } = this;
        const log = openSync(join(directory, "log"), "a");
        const places = [
            "--data-root",
            join(directory, "data"),
            "--exec-root",
            join(directory, "exec"),
            "--pidfile",
            join(directory, "docker.pid"),
        ];
        // Not killed with this process: it has mounts to take down first.
        this.process = spawn("dockerd", [...places, "--host", this.host], { detached: true, stdio: ["ignore", log, log] });
        closeSync(log);
        process.env.DOCKER_HOST = this.host;
        await eventually("the engine answers", 60_000, () => docker("version"));
    }

    /** The images as the machine's own engine has them. */
    async load(references: readonly string[]): Promise<void> {
        const saved = execa("docker", ["save", ...references], { env: { DOCKER_HOST: "" }, buffer: false });
        await saved.pipe("docker", ["load"], { env: { DOCKER_HOST: this.host } });
    }

    /** With SIGKILL, and then started as systemd would. */
    async kill(): Promise<void> {
        const { directory } = this;
        process.kill(Number(readFileSync(join(directory, "docker.pid"), "utf8")), "SIGKILL");
        await sleep(restartSeconds * 1000);
        removeStalePidFiles(directory);
        await this.start();
    }

    async end(): Promise<void> {
        const { process: engine, directory } = this;
        delete process.env.DOCKER_HOST;
        if (engine && engine.exitCode === null) {
            engine.kill("SIGTERM");
            await once(engine, "exit", { signal: AbortSignal.timeout(60_000) });
        }
        // An engine makes a mount of its own data, and one that was killed leaves it.
        await execa("umount", ["--recursive", "--lazy", join(directory, "data")], { reject: false });
        rmSync(directory, { recursive: true, force: true });
    }
}

/** Runs a command in a network namespace of its own, which is gone afterwards. @returns its exit code */
export async function apart(name: string, command: readonly string[]): Promise<number | undefined> {
    await execa("ip", ["netns", "delete", name], { reject: false });
    await execa("ip", ["netns", "add", name]);
    try {
        const inside = [`--net=/var/run/netns/${name}`];
        await execa("nsenter", [...inside, "ip", "link", "set", "lo", "up"]);
        const { exitCode } = await execa("nsenter", [...inside, ...command], { cwd: root, stdio: "inherit", reject: false });
        return exitCode;
    } finally {
        await execa("ip", ["netns", "delete", name]);
    }
}
