// A stack of the same name that another state made, in another checkout: its names, ports and volumes are taken.
import { execa } from "execa";
import { labelPrefix } from "../../components/platform/labels.ts";
import { stackName } from "./checkout.ts";
import { runPulumi } from "./pulumiCommand.ts";
import { project } from "./recovery.ts";
import { SetupError } from "./step.ts";

/** @throws SetupError if containers of the stack are there and its state knows of none */
export async function refuseForeignStack(): Promise<void> {
    const filter = `label=${labelPrefix}.stack=${project}-${stackName}`;
    const { stdout } = await execa("docker", ["ps", "--all", "--filter", filter, "--format", "{{.Names}}"]);
    if (stdout === "") {
        return;
    }
    const { deployment } = JSON.parse(await runPulumi(["stack", "export", "--stack", stackName]));
    const resources: { type: string }[] = deployment?.resources ?? [];
    if (!resources.some(({ type }) => type.startsWith("docker:index/"))) {
        throw new SetupError(foreignStackMessage(stdout.split("\n"), filter));
    }
}

export function foreignStackMessage(containers: string[], filter: string): string {
    return [
        `Stack ${stackName} is there already, by another state: ${containers.join(", ")}`,
        "  If another checkout made it: take it down there (make down), or work on its state here, by PULUMI_BACKEND_URL=file://<that checkout>/.state",
        "    and PULUMI_CONFIG_PASSPHRASE_FILE=<that checkout>/.state/passphrase",
        "  If its state is lost, its containers and volumes (with all messages in them) can only be removed:",
        `    docker ps -aq --filter ${filter} | xargs -r docker rm -f; docker volume ls -q --filter ${filter} | xargs -r docker volume rm; docker network ls -q --filter ${filter} | xargs -r docker network rm`,
    ].join("\n");
}
