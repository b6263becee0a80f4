/** Where the Docker engine of the stacks is, and on which machine. */
import { defaultHost, endpointOf } from "../../components/platform/docker/endpoint.ts";
import { isThisMachine, thisMachine } from "../../components/platform/docker/sameMachine.ts";
import { docker } from "./docker.ts";

/** As DOCKER_HOST has it. */
export function engineHost(): string {
    try {
        return endpointOf(process.env).host;
    } catch {
        // Every docker command says that its context does not exist.
        return process.env.DOCKER_HOST ?? defaultHost;
    }
}

/**
 * The name of the machine of an engine whose socket is here and which itself is not: in a VM, behind a forwarded socket, rootless. What it
 * publishes may be reached at this machine's loopback all the same, or not.
 * @returns undefined where it is this machine, or where Docker does not tell
 */
export async function machineBehindSocket(timeoutSeconds: number): Promise<string | undefined> {
    try {
        const text = await docker(["info", "--format", "{{json .}}"], timeoutSeconds);
        const { Name, KernelVersion, MemTotal, SecurityOptions }: Record<string, string> & { MemTotal: number } = JSON.parse(text);
        const rootless = JSON.stringify(SecurityOptions ?? []).includes("name=rootless");
        const facts = { host: engineHost(), name: `${Name}`, kernel: `${KernelVersion}`, memory: MemTotal, rootless, bridges: [] };
        return isThisMachine(facts, thisMachine()) ? undefined : facts.name;
    } catch {
        return undefined;
    }
}
