/** Compares the containers that Docker has of a stack with its state. */
import { stackName } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import { containersOf, filterOf } from "../stack/objects.ts";

const containerType = "docker:index/container:Container";

/**
 * Refreshes the state's containers, so that the update brings back those that were stopped or removed by hand. Containers
 * only: a refresh of everything needs the database, which may be one of them.
 * @throws Failure if containers of the stack are there and its state knows of none
 */
export async function reconcileContainers(stack = stackName): Promise<void> {
    const { deployment } = JSON.parse(await runPulumi(["stack", "export", "--stack", stack]));
    const resources: { type: string }[] = deployment?.resources ?? [];
    if (resources.some(({ type }) => type === containerType)) {
        await runPulumi(["refresh", "--yes", "--skip-preview", "--stack", stack, "--target", `**${containerType}::*`]);
    } else {
        await refuseForeignStack(stack);
    }
}

/** The names, ports and volumes of this stack are taken, if another checkout's state made a stack of the same name. */
async function refuseForeignStack(stack: string): Promise<void> {
    const containers = await containersOf(stack, "Names", 20);
    if (containers.length > 0) throw new Failure(foreignStackMessage(stack, containers, filterOf(stack)));
}

function foreignStackMessage(stack: string, containers: string[], filter: string): string {
    return [
        `Stack ${stack} is there already, by another state: ${containers.join(", ")}`,
        "  If another checkout made it: take it down there (make down), or work on its state here, by PULUMI_BACKEND_URL=file://<that checkout>/.state",
        "    and PULUMI_CONFIG_PASSPHRASE_FILE=<that checkout>/.state/passphrase",
        "  If its state is lost, its containers and volumes (with all messages in them) can only be removed:",
        `    docker ps -aq --filter ${filter} | xargs -r docker rm -f; docker volume ls -q --filter ${filter} | xargs -r docker volume rm; docker network ls -q --filter ${filter} | xargs -r docker network rm`,
    ].join("\n");
}
