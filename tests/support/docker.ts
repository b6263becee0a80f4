/** Containers of a stack, as the engine sees them. */
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { parts } from "../../components/parts.ts";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../../scripts/project/checkout.ts";

/** Of a stack whose settings ask for no part and leave none out. */
export const usualRoles = parts
    .filter((part) => part.wanted({}))
    .map(({ name }) => name)
    .sort();

export async function docker(...parameters: string[]): Promise<string> {
    return (await execa("docker", parameters)).stdout;
}

export interface Inspected {
    Id: string;
    Name: string;
    State: { Status: string; Running: boolean; StartedAt: string; Pid: number; OOMKilled: boolean; Health?: { Status: string } };
    RestartCount: number;
    Image: string;
    Config: { User: string; Cmd?: string[] | null };
    Mounts: { Type: string; Destination: string; RW: boolean; Name?: string }[];
    HostConfig: {
        CapAdd: string[] | null;
        CapDrop: string[] | null;
        SecurityOpt: string[] | null;
        Memory: number;
        Ulimits: { Name: string; Soft: number; Hard: number }[] | null;
        RestartPolicy: { Name: string };
        PortBindings: Record<string, { HostPort: string }[]>;
        LogConfig: { Type: string; Config: Record<string, string> };
    };
}

/** All containers of the stack by role, stopped ones too. */
export async function containers(stackName: string): Promise<Record<string, Inspected>> {
    const prefix = stackPrefix(project, stackName);
    const ids = (await docker("ps", "--all", "--quiet", "--filter", `label=${stackLabel}=${prefix}`)).split("\n").filter(Boolean);
    if (ids.length === 0) return {};
    const inspected = JSON.parse(await docker("inspect", ...ids)) as Inspected[];
    return Object.fromEntries(inspected.map((container) => [container.Name.slice(prefix.length + 2), container]));
}

/** @throws after the timeout, with the last state */
export async function eventually<T>(what: string, timeoutMilliseconds: number, attempt: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + timeoutMilliseconds;
    for (;;) {
        try {
            return await attempt();
        } catch (error) {
            if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMilliseconds / 1000} s`, { cause: error });
        }
        await sleep(200);
    }
}

/** @throws unless every container runs and is healthy */
export async function allHealthy(stackName: string, roles = usualRoles.length): Promise<void> {
    const found = Object.entries(await containers(stackName));
    const sick = found.filter(([, { State }]) => !State.Running || State.Health?.Status !== "healthy");
    if (found.length !== roles || sick.length > 0) {
        throw new Error(
            `${found.length} of ${roles} containers; not healthy: ${sick.map(([role, { State }]) => `${role} ${State.Status} ${State.Health?.Status}`).join(", ")}`,
        );
    }
}
