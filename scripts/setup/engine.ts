/** A Docker engine: the one that answers, else one installed and started where this user may do so. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import { logsDir, root } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { aptInstall, distribution, pathOf } from "./apt.ts";
import { runLogged } from "./process.ts";
import type { Report, Step } from "./step.ts";

export const dockerEngine: Step = {
    title: "Docker engine",
    done: async () => {
        const answer = await askEngine();
        return answer.version ? `version ${answer.version} answers` : undefined;
    },
    run: installAndStart,
};

interface EngineAnswer {
    version?: string;
    fault: string;
}

async function askEngine(): Promise<EngineAnswer> {
    const result = await execa("docker", ["version", "--format", "{{.Server.Version}}"], { reject: false, timeout: 10_000 });
    if (!result.failed && result.stdout) {
        return { version: result.stdout, fault: "" };
    }
    const fault = result.code === "ENOENT" ? "docker is not installed" : (result.stderr || "no answer within 10 s").split("\n").pop();
    return { fault: fault ?? "" };
}

async function installAndStart(report: Report): Promise<void> {
    const { fault } = await askEngine();
    const advice = whatToDo(fault, process.env, process.getuid?.() === 0, distribution());
    if (advice) {
        throw new Failure(advice);
    }
    if (!pathOf("dockerd")) {
        await aptInstall(report, ["docker.io", "iptables"], {
            log: "apt-docker",
            next: "install Docker by hand (https://docs.docker.com/engine/install), then `make up` again",
        });
    }
    report("starting");
    // The package may have started it already.
    if ((await askEngine()).version) {
        return;
    }
    await (existsSync("/run/systemd/system") ? startWithSystemd() : startByHand());
}

/** The one line for a person, where nothing can or should be installed or started for them; undefined where it can. */
export function whatToDo(fault: string, env: NodeJS.ProcessEnv, isRoot: boolean, distro: string): string | undefined {
    if (env.DOCKER_HOST) {
        return `Docker does not answer at DOCKER_HOST=${env.DOCKER_HOST}: start that engine, or unset DOCKER_HOST to use the one of this machine (${fault})`;
    }
    if (/permission denied/i.test(fault)) {
        return "Docker runs, but this user may not use it: run `sudo usermod -aG docker $USER`, log in anew, then `make up` again";
    }
    if (isRoot && /^(debian|ubuntu)$/.test(distro)) {
        return undefined;
    }
    const install = "install it (https://docs.docker.com/engine/install) or start it (`sudo systemctl start docker`), then `make up` again";
    return `Docker does not answer, and it is only installed for you by root on Debian or Ubuntu: ${install} (${fault})`;
}

async function startWithSystemd(): Promise<void> {
    await runLogged("systemctl", ["enable", "--now", "docker"], { log: "systemctl-docker", next: "see `journalctl -u docker`" });
    await waitForEngine("see `journalctl -u docker`");
}

/** For machines without systemd, such as containers: the engine outlives this program and is not in its process group. */
async function startByHand(): Promise<void> {
    removeStalePidFiles();
    mkdirSync(logsDir, { recursive: true });
    const logPath = join(logsDir, "dockerd.log");
    const log = openSync(logPath, "a");
    // node's own spawn: execa does not hand an open file on to the child.
    const child = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
    child.on("error", () => {}); // waitForEngine tells
    child.unref();
    closeSync(log);
    await waitForEngine(`its log, ${relative(root, logPath)}, says why`);
}

/** An engine that was killed leaves its process ID, and a new one takes any process that has that ID since for it. */
export function removeStalePidFiles(directory = "/var/run", commandOf = runningCommand): void {
    for (const [file, name] of [
        ["docker.pid", "dockerd"],
        ["docker/containerd/containerd.pid", "containerd"],
    ] as const) {
        const path = join(directory, file);
        if (existsSync(path) && commandOf(readFileSync(path, "utf8").trim()) !== name) rmSync(path);
    }
}

function runningCommand(pid: string): string | undefined {
    const file = `/proc/${pid}/comm`;
    return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

async function waitForEngine(next: string): Promise<void> {
    const limit = Date.now() + 60_000;
    while (!(await askEngine()).version) {
        if (Date.now() > limit) {
            throw new Failure(`Docker was started and does not answer after 60 s: ${next}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}
