/** The parts of a stack as its user knows them, and their containers. */
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { didYouMean } from "../../components/settings/nearest.ts";
import { project } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { docker } from "./docker.ts";

/** Component by role of its container, in the order of starting: who is needed first; keepers last, or they would revive what is being stopped. */
const components: readonly (readonly [role: string, component: string])[] = [
    ["postgres", "database"],
    ["synapse", "homeserver"],
    ["coturn", "relay"],
    ["caddy", "gateway"],
    ["keeper", "keeper"],
    ["keeper-second", "keeper-second"],
];

/** What `docker inspect` tells, as far as it is used here. */
export interface Inspected {
    Id: string;
    Name: string;
    Image: string;
    RestartCount: number;
    State: { Status: string; Running: boolean; Paused: boolean; StartedAt: string; Health?: { Status: string } };
    /** StopTimeout: seconds that it is given to put its things away. */
    Config: { Env: string[] | null; Cmd?: string[] | null; Labels: Record<string, string> | null; StopTimeout?: number };
    HostConfig: {
        Memory: number;
        PidsLimit: number | null;
        PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    };
}

export interface Component {
    /** `database`, `homeserver`, …; the role itself where no such name is known. */
    name: string;
    role: string;
    /** Name of its container. */
    container: string;
    inspected: Inspected;
}

/** Containers of the stack, stopped ones too, in the order of starting. */
export async function componentsOf(stack: string, timeoutSeconds = 4): Promise<Component[]> {
    const prefix = stackPrefix(project, stack);
    const ids = await docker(["ps", "--all", "--quiet", "--filter", `label=${stackLabel}=${prefix}`], timeoutSeconds);
    if (ids.trim() === "") return [];
    const inspected: Inspected[] = JSON.parse(await docker(["inspect", ...ids.trim().split("\n")], timeoutSeconds));
    return inspected
        .map((one) => {
            const container = one.Name.slice(1);
            const role = container.slice(prefix.length + 1);
            return { name: componentName(role), role, container, inspected: one };
        })
        .sort((a, b) => rank(a.role) - rank(b.role) || (a.role < b.role ? -1 : 1));
}

function componentName(role: string): string {
    return components.find(([known]) => known === role)?.[1] ?? role;
}

/** What is not known comes after the homeserver, and before the keepers. */
function rank(role: string): number {
    const index = components.findIndex(([known]) => known === role);
    return index < 0 ? 2.5 : index;
}

/** Names and roles that a stack has where nothing is left out. */
export const expectedRoles: readonly string[] = components.map(([role]) => role);

export { componentName };

/**
 * The components that are meant by a name: the component's, its role's, or `keeper` for both keepers.
 * @throws Failure with the nearest name
 */
export function named(all: readonly Component[], wanted: string): Component[] {
    const matching = all.filter(({ name, role }) => name === wanted || role === wanted || name.startsWith(`${wanted}-`));
    if (matching.length > 0) return matching;
    const known = [...new Set([...components.map(([, name]) => name), ...all.map(({ name }) => name)])];
    if (known.includes(wanted)) return [];
    throw new Failure(`there is no component "${wanted}"${didYouMean(wanted, known)}; there are: ${known.join(", ")}`);
}

export function isHealthy({ inspected: { State } }: Component): boolean {
    return State.Running && !State.Paused && (State.Health?.Status ?? "healthy") === "healthy";
}
