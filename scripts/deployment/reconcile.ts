/** What Docker has of a stack, against what its state says. */
import { execa } from "execa";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { project, stackName } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { runPulumi } from "../project/pulumiCommand.ts";

const containerType = "docker:index/container:Container";

/**
 * Lets the state see which containers were stopped or removed by hand, so that the update brings them back. Containers
 * alone: a refresh of everything asks the database, which may be one of them.
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

/** A stack of the same name that another state made, in another checkout: its names, ports and volumes are taken. */
async function refuseForeignStack(stack: string): Promise<void> {
    const filter = `label=${stackLabel}=${stackPrefix(project, stack)}`;
    const { stdout } = await execa("docker", ["ps", "--all", "--filter", filter, "--format", "{{.Names}}"]);
    if (stdout !== "") {
        throw new Failure(foreignStackMessage(stack, stdout.split("\n"), filter));
    }
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
