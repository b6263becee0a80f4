/** The commands behind the Makefile: up, engine, tools, images, ready, readyToPreview, env, preview, down, backup, restore, rotate, mesh, meshDown. */

import { type Part, wantedParts } from "../../components/parts.ts";
import { backUp, restoreByMake } from "../backup/commands.ts";
import { deposit } from "../backup/deposit.ts";
import { deploy, destroy, openStack } from "../deployment/deployment.ts";
import { rollBack } from "../deployment/rollback/rollback.ts";
import { meshDown, meshUp, serversFrom } from "../mesh/mesh.ts";
import { type ImageName, imageReference, root, stackName } from "../project/checkout.ts";
import { asShell, environment } from "../project/environment.ts";
import { Failure } from "../project/failure.ts";
import { raiseGenerations } from "../project/raiseGeneration.ts";
import { partsOf, settingsOf } from "../project/settings.ts";
import { dockerEngine } from "./engine.ts";
import { canBeBuilt, imageSteps, testedImages } from "./images.ts";
import { prerequisites } from "./prerequisites.ts";
import { pulumiSteps } from "./pulumiSteps.ts";
import { runPlan } from "./runPlan.ts";

const pulumiLane = { title: "Pulumi", steps: pulumiSteps };
const imagesLane = (parts?: readonly Part[], images: Record<string, string> = {}) => ({
    title: "images",
    steps: imageSteps(parts?.flatMap(({ image, built = image }) => (built === "grafana" || isElsewhere(built, images) ? [] : built))),
});
/** Whether the settings name another image than the vendor's where there is no recipe for one: then Pulumi gets it. */
const isElsewhere = (name: ImageName, images: Record<string, string>): boolean =>
    !canBeBuilt(name) && ![undefined, imageReference(name)].includes(images[name]);
const imagesOfStack = () => imagesLane(partsOf(stackName), settingsOf(stackName).images);

const commands: Record<string, () => Promise<void>> = {
    up: async () => {
        await runPlan([prerequisites, dockerEngine, [pulumiLane, imagesOfStack()]]);
        await deploy();
        await deposit(stackName);
    },
    rollback: async () => {
        await openStack();
        await rollBack(stackName);
    },
    upgradeDatabase: async () => {
        const { upgradeDatabase } = await import("../deployment/databaseUpgrade/upgrade.ts");
        await upgradeDatabase(stackName, process.env.IMAGE);
        await deposit(stackName);
    },
    backup: () => backUp(stackName),
    restore: async () => {
        await runPlan([prerequisites, dockerEngine, [pulumiLane, imagesLane()]]);
        await restoreByMake(stackName, process.env);
    },
    rotate: async () => {
        await runPlan([prerequisites, dockerEngine, [pulumiLane, imagesOfStack()]]);
        const { takeBack } = raiseGenerations(stackName, (process.env.SECRET ?? "").split(/[\s,]+/).filter(Boolean));
        const { showPreview } = await import("../preview/preview.ts");
        await openStack();
        if (!(await showPreview(stackName, root, environment()))) {
            takeBack();
            throw new Failure(`nothing was changed, and Pulumi.${stackName}.yaml is as it was`);
        }
        await deploy();
        await deposit(stackName);
    },
    mesh: async () => {
        const servers = serversFrom(process.env.SERVERS);
        await runPlan([prerequisites, dockerEngine, [pulumiLane, imagesLane(wantedParts({}))]]);
        await meshUp(servers);
    },
    meshDown: () => meshDown(),
    engine: () => runPlan([prerequisites, dockerEngine]),
    tools: () => runPlan([prerequisites, ...pulumiSteps]),
    images: () => runPlan([prerequisites, dockerEngine, ...imageSteps()]),
    ready: () => runPlan([prerequisites, dockerEngine, [pulumiLane, { title: "images", steps: imageSteps(testedImages) }]]),
    readyToPreview: () => runPlan([prerequisites, dockerEngine, [pulumiLane, imagesOfStack()]]),
    env: async () => console.log(asShell(environment())),
    preview: async () => {
        // Loaded here only: the Automation API takes a second that no other command should pay.
        const { showPreview } = await import("../preview/preview.ts");
        await openStack();
        if (!(await showPreview(stackName, root, environment()))) process.exitCode = 1;
    },
    down: destroy,
};

async function main(): Promise<void> {
    process.chdir(root);
    const command = commands[process.argv[2] ?? ""];
    if (!command) {
        throw new Failure(`usage: main.ts ${Object.keys(commands).join("|")}`);
    }
    await command();
}

main().catch((error: unknown) => {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exit(1);
});
