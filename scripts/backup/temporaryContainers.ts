/** Containers that a restore or a verification runs in passing, told by a label: a killed one leaves them at work. */
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../project/checkout.ts";
import { docker } from "../stack/docker.ts";

type Task = "restore" | "verify";

const labelOf = (stack: string, task: Task) => `matrix-synapse.helper=${stackPrefix(project, stack)}/${task}`;

/** For `docker run`. */
export function temporary(stack: string, task: Task): string[] {
    return ["--label", labelOf(stack, task)];
}

export async function removeTemporary(stack: string, task: Task): Promise<void> {
    const ids = await docker(["ps", "--all", "--quiet", "--filter", `label=${labelOf(stack, task)}`], 20);
    if (ids.trim() !== "") await docker(["rm", "--force", "--volumes", ...ids.trim().split("\n")], 60);
}
