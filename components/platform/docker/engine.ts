/** The Docker engine as the CLI sees it, so that contexts and DOCKER_HOST count. */
import { ExecaError, execa } from "execa";

export interface PublishedPort {
    address: string;
    port: number;
    protocol: string;
}

export interface DockerHost {
    /** Whether the engine runs on this machine, so that its ports and disk are this machine's. */
    local: boolean;
    /** The engine's data directory. */
    dataDirectory: string;
    /** Running containers; `stack` is empty where they carry no such label. */
    containers: { name: string; stack: string; published: PublishedPort[] }[];
}

/** @throws Error with one line that says what to do */
export async function inspectHost(stackLabel: string): Promise<DockerHost> {
    const docker = async (...parameters: string[]) => (await execa("docker", parameters, { timeout: 20_000 })).stdout;
    try {
        const [dataDirectory, containers, endpoint] = await Promise.all([
            docker("info", "--format", "{{if .ServerErrors}}{{index .ServerErrors 0}}{{else}}{{.DockerRootDir}}{{end}}"),
            docker("ps", "--no-trunc", "--format", `{{.Names}}\t{{.Label "${stackLabel}"}}\t{{.Ports}}`),
            process.env.DOCKER_HOST ?? docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}"),
        ]);
        return {
            local: endpoint.startsWith("unix://"),
            dataDirectory,
            containers: containers
                .split("\n")
                .filter((line) => line !== "")
                .map((line) => line.split("\t"))
                .map(([name = "", stack = "", ports = ""]) => ({ name, stack, published: publishedPorts(ports) })),
        };
    } catch (error) {
        throw new Error(whyUnavailable(error));
    }
}

/** Docker's own line, such as `0.0.0.0:8448->8448/tcp, :::49160-49199->49160-49199/udp, 5432/tcp`. */
export function publishedPorts(line: string): PublishedPort[] {
    return line.split(", ").flatMap((entry) => {
        const match = /^(.*):(\d+)(?:-(\d+))?->.*\/(\w+)$/.exec(entry);
        if (!match) return [];
        const [, address = "", first, last = first, protocol = ""] = match;
        return Array.from({ length: Number(last) - Number(first) + 1 }, (_, offset) => ({
            address: address.replace(/^\[|\]$/g, ""),
            port: Number(first) + offset,
            protocol,
        }));
    });
}

function whyUnavailable(error: unknown): string {
    if (error instanceof ExecaError && error.code === "ENOENT")
        return "Docker is not installed here: there is no docker command; `make up` can install it";
    const said = error instanceof ExecaError ? String(error.stderr).trim().split("\n").at(-1) : String(error);
    return `Docker does not answer; start it or set DOCKER_HOST (${said})`;
}
