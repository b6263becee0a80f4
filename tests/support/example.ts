/** The example programs as stacks of their own, and the image that their bots run in. */
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { stringify } from "yaml";
import { imageReference, project, root } from "../../scripts/project/checkout.ts";
import { docker } from "./docker.ts";
import { pulumiEnvironment } from "./stack.ts";

export const nodeImage = "matrix-synapse-test/node:latest";

/** This machine's own Node.js on the base image: there, no image with Node.js may be pulled. */
export async function buildNodeImage(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "node-image-"));
    try {
        copyFileSync(realpathSync(process.execPath), join(folder, "node"));
        writeFileSync(join(folder, "Dockerfile"), `FROM ${imageReference("base")}\nCOPY node /usr/local/bin/node\n`);
        // Another client may be earlier on PATH: see offline/README.md.
        await execa("/usr/bin/docker", ["build", "--quiet", "--tag", nodeImage, folder], { env: { DOCKER_BUILDKIT: "1" } });
    } finally {
        rmSync(folder, { recursive: true });
    }
}

export async function removeNodeImage(): Promise<void> {
    await docker("image", "rm", "--force", nodeImage);
}

export function exampleFolder(example: string): string {
    return `${root}/docs/examples/${example}`;
}

/**
 * @param settings of the example's own, by name
 * @param workDir where its packages are installed, for those that have any
 */
export async function openExample(
    example: string,
    matrixStack: string,
    settings: Record<string, unknown>,
    workDir = exampleFolder(example),
): Promise<Stack> {
    const stackName = `test-${example}`;
    const all = { matrixStack: `organization/${project}/${matrixStack}`, ...settings };
    const config = Object.fromEntries(Object.entries(all).map(([key, value]) => [`${example}:${key}`, value]));
    writeFileSync(`${workDir}/Pulumi.${stackName}.yaml`, stringify({ config }));
    const envVars = pulumiEnvironment();
    Object.assign(process.env, envVars);
    return LocalWorkspace.createOrSelectStack({ stackName, workDir }, { envVars });
}

export async function closeExample(stack: Stack): Promise<void> {
    await stack.destroy();
    await stack.workspace.removeStack(stack.name);
    rmSync(`${stack.workspace.workDir}/Pulumi.${stack.name}.yaml`, { force: true });
}
