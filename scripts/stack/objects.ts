/** A stack's containers, networks and volumes, told from others by their label. */
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../project/checkout.ts";
import { docker } from "./docker.ts";

/** For `--filter`. */
export function filterOf(stack: string): string {
    return `label=${stackLabel}=${stackPrefix(project, stack)}`;
}

/** IDs or names of its containers, stopped ones too. */
export async function containersOf(stack: string, field: "ID" | "Names", timeoutSeconds: number): Promise<string[]> {
    const listing = ["ps", "--all", "--no-trunc", "--filter", filterOf(stack), "--format", `{{.${field}}}`];
    return lines(await docker(listing, timeoutSeconds));
}

export async function volumesOf(stack: string): Promise<string[]> {
    return lines(await docker(["volume", "ls", "--quiet", "--filter", filterOf(stack)], 10));
}

/** Removes its containers and networks, and none of its volumes. */
export async function removeAllButVolumes(stack: string): Promise<void> {
    const containers = await containersOf(stack, "ID", 10);
    // --volumes: the anonymous ones, which an image may ask for; those with a name stay.
    if (containers.length > 0) await docker(["rm", "--force", "--volumes", ...containers], 60);
    const networks = lines(await docker(["network", "ls", "--quiet", "--filter", filterOf(stack)], 10));
    if (networks.length > 0) await docker(["network", "rm", ...networks], 30);
}

/**
 * Removes a container or network that an update left half made: it carries the stack's label, and the state does not know its
 * ID. Anything else of that name is somebody else's.
 * @returns whether it was removed
 */
export async function removeHalfMade(
    stack: string,
    kind: "container" | "network",
    name: string,
    known: ReadonlySet<string>,
): Promise<boolean> {
    const labels = kind === "container" ? ".Config.Labels" : ".Labels";
    const format = `{{if eq (index ${labels} "${stackLabel}") "${stackPrefix(project, stack)}"}}{{.Id}}{{end}}`;
    try {
        const id = (await docker([kind, "inspect", "--format", format, name], 20)).trim();
        if (id === "" || known.has(id)) return false;
        await docker([kind, "rm", ...(kind === "container" ? ["--force", "--volumes"] : []), id], 60);
        return true;
    } catch {
        // There is none, or Docker does not let go of it: the update that follows tells which.
        return false;
    }
}

function lines(text: string): string[] {
    return text.split("\n").filter(Boolean);
}
