/**
 * Brings back what ran before an update whose containers did not come up. The provider has removed the former container by then, since
 * names, ports and volumes are taken by one at a time, so Pulumi makes it anew from the settings that were deployed before: the state fits.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Part, parts } from "../../../components/parts.ts";
import { stackPrefix } from "../../../components/platform/docker/labels.ts";
import { project } from "../../project/checkout.ts";
import { Failure, Interrupted, oneLine } from "../../project/failure.ts";
import { runPulumi, showPulumi } from "../../project/pulumiCommand.ts";
import { settingsIn } from "../../project/stackFile.ts";
import { settingsFile } from "../../project/stacks.ts";
import { dockerOutput } from "../../stack/docker.ts";
import { asFile, type Former, formerImages, formerOf, type Path, withImages, withRotation } from "./former.ts";

const logLines = 10;
const imagesKey = `${project}:images`;

interface Resource {
    type: string;
    urn: string;
    initErrors?: string[];
    pendingReplacement?: boolean;
    inputs?: { name?: string; image?: string };
    outputs?: { imageId?: string };
}

const containerType = "docker:index/container:Container";
const imageType = "docker:index/remoteImage:RemoteImage";

/**
 * After an update that failed: if one of its containers did not come up, brings back what ran before.
 * @param failure why the update failed
 * @throws Failure always: with the reason, and what runs now
 */
export async function returnToFormer(stack: string, failure: unknown): Promise<never> {
    if (failure instanceof Interrupted) throw failure;
    const resources = await resourcesIn(stack);
    const failed = failedParts(stack, resources);
    if (failed.length === 0) throw failure;
    const used = imagesIn(stack, resources);
    const logs = await Promise.all(failed.map((part) => logOf(stack, part)));
    const what = failed.map(({ name, image }) => `the ${name} did not come up with ${used[image]}`).join(", and ");
    const why = [capitalised(what), ...failed.flatMap(({ name }, index) => [`Last lines of the ${name}'s log:`, ...(logs[index] ?? [])])];
    const before = await formerSettings(stack, resources, used, failed);
    if (before === undefined)
        throw new Failure([...why, "There is nothing to go back to: no update of this stack has ended well."].join("\n"));
    console.log(`\n${what}.\nGoing back to what ran before, deployed ${before.deployed}`);
    const advice = `put Pulumi.${stack}.yaml right, then run the same command again`;
    try {
        await deployFormer(stack, before);
    } catch (error) {
        throw new Failure(
            [
                ...why,
                `Going back to what ran before failed as well: ${oneLine(error)}`,
                `The ${failed.map(({ name }) => name).join(" and the ")} is down, and the data is untouched; ${advice}. A Synapse that cannot use the database any more: docs/changes.md, "An older Synapse".`,
            ].join("\n"),
        );
    }
    const images = before.config[imagesKey] as Record<string, string>;
    const again = failed.map(({ name, image }) => `the ${name} with ${images[image]}`).join(", and ");
    throw new Failure(
        [...why, `Back to what ran before: ${again}, and the settings of ${before.deployed}. ${capitalised(advice)}.`].join("\n"),
    );
}

/** `make rollback`, after an update that was not run by `make up`. */
export async function rollBack(stack: string): Promise<void> {
    await returnToFormer(stack, new Failure(`nothing to go back from: every container of stack ${stack} came up`));
}

async function resourcesIn(stack: string): Promise<Resource[]> {
    const { deployment } = JSON.parse(await runPulumi(["stack", "export", "--stack", stack]));
    return deployment?.resources ?? [];
}

/** The state remembers of a container that it was made and did not come up, else that its successor could not be made. */
function failedParts(stack: string, resources: readonly Resource[]): Part[] {
    const containers = resources.filter(({ type }) => type === containerType);
    const sick = containers.filter(({ initErrors = [] }) => initErrors.length > 0);
    const failed = sick.length > 0 ? sick : containers.filter(({ pendingReplacement }) => pendingReplacement);
    const names = failed.map(({ inputs }) => inputs?.name);
    return parts.filter(({ name }) => names.includes(`${stackPrefix(project, stack)}-${name}`));
}

/** By the key of `images`: what the stack's containers were made of, by the word of the state. */
function imagesIn(stack: string, resources: readonly Resource[]): Record<string, string> {
    const names = new Map(
        resources.filter(({ type }) => type === imageType).map(({ inputs, outputs }) => [outputs?.imageId, inputs?.name]),
    );
    const made = parts.flatMap(({ name, image }) => {
        const called = `${stackPrefix(project, stack)}-${name}`;
        const container = resources.find(({ type, inputs }) => type === containerType && inputs?.name === called);
        const reference = container && names.get(container.inputs?.image);
        return reference === undefined ? [] : [[image, reference]];
    });
    return Object.fromEntries(made);
}

async function logOf(stack: string, { name }: Part): Promise<string[]> {
    const found = await dockerOutput(["logs", "--tail", `${logLines}`, `${stackPrefix(project, stack)}-${name}`], 20).catch((error) => ({
        stdout: "",
        stderr: oneLine(error),
    }));
    const lines = `${found.stdout}${found.stderr}`.split("\n").filter(Boolean).slice(-logLines);
    return (lines.length > 0 ? lines : ["(it wrote nothing)"]).map((line) => `    ${line}`);
}

async function formerSettings(
    stack: string,
    resources: readonly Resource[],
    used: Record<string, string>,
    failed: readonly Part[],
): Promise<Former | undefined> {
    // Long enough to reach behind many attempts.
    const pages = ["--page", "1", "--page-size", "50"];
    // The answer has secrets in it, and is kept in memory alone.
    const former = formerOf(JSON.parse(await runPulumi(["stack", "history", "--json", "--show-secrets", ...pages, "--stack", stack])));
    const known = resources.flatMap(({ type, inputs }) => (type === imageType ? (inputs?.name ?? []) : []));
    const keys = failed.map(({ image }) => image);
    return former && withImages(former, imagesKey, formerImages(known, used, keys));
}

/** Content is left alone: rooms and accounts are what people have made of them. */
async function deployFormer(stack: string, former: Former): Promise<void> {
    const file = settingsFile(stack);
    const now = existsSync(file) ? readFileSync(file, "utf8") : "{}";
    const sections = { rotation: `${project}:rotation`, bots: `${project}:bots` };
    const { text, secrets } = asFile(withRotation(former, sections, settingsIn(now).rotation), parse(now));
    const directory = mkdtempSync(join(tmpdir(), "rollback-"));
    const place = ["--stack", stack, "--config-file", join(directory, `Pulumi.${stack}.yaml`)];
    try {
        writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text, { mode: 0o600 });
        for (const { key, path, value } of secrets)
            await runPulumi(["config", "set", "--secret", "--path", inPulumi(key, path), ...place], { input: value });
        await showPulumi(["up", "--yes", "--skip-preview", "--suppress-outputs", "--exclude", "**matrix:index*", ...place]);
    } finally {
        rmSync(directory, { recursive: true });
    }
}

/** Source: https://www.pulumi.com/docs/iac/concepts/config/#structured-configuration */
function inPulumi(key: string, path: Path): string {
    return [key, ...path.map((step) => (typeof step === "number" ? `[${step}]` : `["${step.replaceAll('"', '\\"')}"]`))].join("");
}

function capitalised(text: string): string {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
