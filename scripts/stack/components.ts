/** The components of a stack: its parts as they run, one container each. */
import { parts } from "../../components/parts.ts";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { didYouMean } from "../../components/settings/nearest.ts";
import { project } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { docker } from "./docker.ts";
import { containersOf } from "./objects.ts";

/** What `docker inspect` tells, as far as it is used here. */
export interface Inspected {
    Id: string;
    Name: string;
    Image: string;
    RestartCount: number;
    State: { Status: string; Running: boolean; Paused: boolean; StartedAt: string; Health?: { Status: string } };
    /** StopTimeout: seconds between the stop signal and the kill. */
    Config: { Env: string[] | null; Cmd?: string[] | null; Labels: Record<string, string> | null; StopTimeout?: number };
    HostConfig: {
        Memory: number;
        /** nproc: processes and threads of the container's user. */
        Ulimits: { Name: string; Hard: number }[] | null;
        PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    };
}

export interface Component {
    /** Name of the part: `database`, `homeserver`, …; a container of another version of this program has a role of its own. */
    role: string;
    /** Name of its container. */
    container: string;
    inspected: Inspected;
}

/** The roles of a complete stack, in the order of starting. */
export const expectedRoles: readonly string[] = parts.map(({ name }) => name);

/** The stack's containers, stopped ones too, in the order of starting. */
export async function componentsOf(stack: string, timeoutSeconds = 4): Promise<Component[]> {
    const ids = await containersOf(stack, "ID", timeoutSeconds);
    if (ids.length === 0) return [];
    const inspected: Inspected[] = JSON.parse(await docker(["inspect", ...ids], timeoutSeconds));
    return inspected
        .map((one) => {
            const container = one.Name.slice(1);
            return { role: container.slice(stackPrefix(project, stack).length + 1), container, inspected: one };
        })
        .sort((a, b) => rank(a.role) - rank(b.role) || (a.role < b.role ? -1 : 1));
}

/** Unknown roles come last. */
function rank(role: string): number {
    const index = expectedRoles.indexOf(role);
    return index < 0 ? expectedRoles.length : index;
}

/**
 * The components with a role; none if the stack lacks it.
 * @throws Failure with the nearest role
 */
export function named(all: readonly Component[], wanted: string): Component[] {
    const known = [...new Set([...expectedRoles, ...all.map(({ role }) => role)])];
    if (known.includes(wanted)) return all.filter(({ role }) => role === wanted);
    throw new Failure(`there is no component "${wanted}"${didYouMean(wanted, known)}; there are: ${known.join(", ")}`);
}

export function isHealthy({ inspected: { State } }: Component): boolean {
    return State.Running && !State.Paused && (State.Health?.Status ?? "healthy") === "healthy";
}
