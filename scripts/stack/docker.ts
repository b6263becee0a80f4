/** The Docker engine by its own command line, so that contexts and DOCKER_HOST count; each call is bounded. */
import { type ExecFileException, execFile } from "node:child_process";
import { Failure } from "../project/failure.ts";

/**
 * Standard output of `docker …`.
 * @throws Failure in one line if Docker is missing, does not answer in time, or refuses
 */
export function docker(parameters: readonly string[], timeoutSeconds: number): Promise<string> {
    return new Promise((resolve, reject) => {
        const options = { timeout: timeoutSeconds * 1000, killSignal: "SIGKILL", maxBuffer: 256e6 } as const;
        execFile("docker", parameters, options, (error, stdout, stderr) => {
            if (error) reject(new Failure(whyNot(error, stderr, `docker ${parameters[0]}`, timeoutSeconds)));
            else resolve(stdout);
        });
    });
}

function whyNot(error: ExecFileException, stderr: string, command: string, seconds: number): string {
    if (error.code === "ENOENT") return "Docker is not installed here: there is no docker command; `make engine` can install it";
    const where = process.env.DOCKER_HOST ? ` at DOCKER_HOST=${process.env.DOCKER_HOST}` : "";
    if (error.killed) return `Docker does not answer${where}: \`${command}\` took longer than ${seconds} s`;
    const said = stderr.trim().split("\n").at(-1) ?? "";
    if (/permission denied/i.test(said))
        return "Docker runs, but this user may not use it: `sudo usermod -aG docker $USER`, and log in anew";
    if (/connect to the docker daemon|error during connect|docker daemon running|no such host/i.test(stderr)) {
        return `Docker does not answer${where}: start it, or set DOCKER_HOST (${said})`;
    }
    return `\`${command}\` failed: ${said || error.message}`;
}
