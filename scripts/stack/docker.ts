/** The Docker engine, through its own command line, so that contexts and DOCKER_HOST count. The scripts start `docker` here only. */
import { type ChildProcessByStdio, type ExecFileException, execFile, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { Failure } from "../project/failure.ts";

/** What a command wrote, on both of its streams. */
export interface Output {
    stdout: string;
    stderr: string;
}

/**
 * Standard output of `docker …`.
 * @throws Failure in one line if Docker is missing, does not answer in time, or refuses
 */
export async function docker(parameters: readonly string[], timeoutSeconds: number): Promise<string> {
    return (await dockerOutput(parameters, timeoutSeconds)).stdout;
}

/** The same with standard error, which is half of a container's log. */
export function dockerOutput(parameters: readonly string[], timeoutSeconds: number): Promise<Output> {
    return new Promise((resolve, reject) => {
        const options = { timeout: timeoutSeconds * 1000, killSignal: "SIGKILL", maxBuffer: 512e6 } as const;
        execFile("docker", parameters, options, (error, stdout, stderr) => {
            if (error) reject(new Failure(reason(error, stderr, `docker ${parameters[0]}`, timeoutSeconds)));
            else resolve({ stdout, stderr });
        });
    });
}

/**
 * The same with something on standard input, such as a secret: a command line would show it.
 * @param timeoutSeconds absent: no limit
 * @throws Failure with the last line that the command wrote
 */
export function dockerFed(parameters: readonly string[], input: string, timeoutSeconds?: number, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
        const options = { timeout: (timeoutSeconds ?? 0) * 1000, killSignal: "SIGKILL", maxBuffer: 512e6, signal } as const;
        const child = execFile("docker", parameters, options, (error, stdout, stderr) => {
            if (error) reject(new Failure(reason(error, stderr, `docker ${parameters[0]}`, timeoutSeconds ?? 0)));
            else resolve(stdout);
        });
        // A command that ends before it has read everything says itself why.
        child.stdin?.on("error", () => {});
        child.stdin?.end(input);
    });
}

/** `docker …` as a process that goes on, for what is read line by line or talked to. */
export function startDocker(parameters: readonly string[], signal?: AbortSignal): ChildProcessByStdio<Writable, Readable, Readable> {
    return spawn("docker", parameters, { stdio: ["pipe", "pipe", "pipe"], signal });
}

function reason(error: ExecFileException, stderr: string, command: string, seconds: number): string {
    if (error.code === "ENOENT") return "Docker is not installed here: there is no docker command; `make engine` can install it";
    const where = process.env.DOCKER_HOST ? ` at DOCKER_HOST=${process.env.DOCKER_HOST}` : "";
    if (error.killed) return `Docker does not answer${where}: \`${command}\` took longer than ${seconds} s`;
    // Docker ends with a hint at its own help.
    const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Run 'docker"));
    const said = lines.at(-1)?.trim() ?? "";
    if (/permission denied.* docker/i.test(said))
        return "Docker runs, but this user may not use it: `sudo usermod -aG docker $USER`, and log in anew";
    if (/connect to the docker daemon|error during connect|docker daemon running|no such host/i.test(stderr)) {
        return `Docker does not answer${where}: start it, or set DOCKER_HOST (${said})`;
    }
    return `\`${command}\` failed: ${said || error.message}`;
}
