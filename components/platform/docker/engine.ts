/** The Docker engine as the CLI sees it, so that contexts and DOCKER_HOST count. */
import { ExecaError, execa } from "execa";
import { type EngineFacts, isThisMachine, thisMachine } from "./sameMachine.ts";

export interface PublishedPort {
    address: string;
    port: number;
    protocol: string;
}

export interface DockerHost {
    /** Whether the engine runs on this very machine: see isThisMachine. */
    local: boolean;
    /** The engine's data directory. */
    dataDirectory: string;
    /** Running containers; `stack` is empty where they carry no such label. */
    containers: { name: string; stack: string; published: PublishedPort[] }[];
}

/** As `docker info` has it. */
interface Info {
    Name: string;
    KernelVersion: string;
    MemTotal: number;
    DockerRootDir: string;
    SecurityOptions: string[] | null;
    ServerErrors?: string[] | null;
}

/**
 * @param engine where it is, as DOCKER_HOST has it
 * @throws Error with one line that says what to do
 */
export async function inspectHost(stackLabel: string, engine: string): Promise<DockerHost> {
    const docker = async (...parameters: string[]) => (await execa("docker", parameters, { timeout: 20_000 })).stdout;
    try {
        const [info, containers, bridges] = await Promise.all([
            docker("info", "--format", "{{json .}}"),
            docker("ps", "--no-trunc", "--format", `{{.Names}}\t{{.Label "${stackLabel}"}}\t{{.Ports}}`),
            docker("network", "ls", "--filter", "driver=bridge", "--format", "{{.Name}}\t{{.ID}}"),
        ]);
        const told: Info = JSON.parse(info);
        if (told.ServerErrors?.[0]) throw new Error(told.ServerErrors[0]);
        return {
            local: isThisMachine(factsOf(engine, told, bridges), thisMachine()),
            dataDirectory: told.DockerRootDir,
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

function factsOf(host: string, { Name, KernelVersion, MemTotal, SecurityOptions }: Info, bridges: string): EngineFacts {
    const networks = bridges.split("\n").map((line) => line.split("\t"));
    return {
        host,
        name: Name,
        kernel: KernelVersion,
        memory: MemTotal,
        rootless: (SecurityOptions ?? []).some((option) => option.includes("name=rootless")),
        bridges: networks.flatMap(([name, id]) => (name === "bridge" || !id ? [] : [id])),
    };
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
