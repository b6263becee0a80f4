/** The container images: the vendor's where the engine can pull it, else built here under the same name and tag. */
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { type ImageName, imageReference, offlineDir, toolsDir, versions } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { buildBase } from "./baseImage.ts";
import { buildClient } from "./builder.ts";
import { imageProgram } from "./imagePrograms.ts";
import { runLogged } from "./process.ts";
import { reaches } from "./reach.ts";
import { recipeHash, recipeLabel } from "./recipe.ts";
import type { Report, Step } from "./step.ts";

const all = Object.keys(versions.images) as ImageName[];

/** Whether there is a recipe for it; the others are their vendors' alone. */
export function canBeBuilt(name: ImageName): boolean {
    return name === "base" || existsSync(join(offlineDir, "images", name));
}

/** Those that can be built and that a test runs: Google Messages' bridge is compared by its configuration alone, and takes minutes to build. */
export const testedImages = all.filter((name) => canBeBuilt(name) && name !== "mautrixGmessages");

/** @param wanted the images that are needed. Default: all that any stack may run and that can be had on any machine */
export function imageSteps(wanted: readonly ImageName[] = all.filter(canBeBuilt)): Step[] {
    // Each after the one that it is built on.
    const needed = new Set(wanted.flatMap(withFoundations));
    return all.filter((name) => name === "base" || needed.has(name)).map(imageStep);
}

function withFoundations(name: ImageName): ImageName[] {
    const { on } = versions.images[name];
    return on === undefined ? [name] : [...withFoundations(on), name];
}

function imageStep(name: ImageName): Step {
    return {
        title: imageReference(name),
        done: () => upToDate(name),
        run: async (report) => {
            if ((await pulled(name, report)) || (!canBeBuilt(name) && (await loaded(name)))) return;
            if (!canBeBuilt(name)) throw new Failure(cannotBeHad(name));
            await build(name, report);
        },
    };
}

function cannotBeHad(name: ImageName): string {
    const { upstream } = versions.images[name];
    return `${upstream} cannot be pulled from here, and cannot be built here either: bring it here from a machine that can pull it (docker save ${upstream}, docker load), or remove its bridge from the settings`;
}

/** Present with this recipe's label, or pulled from the vendor (then it carries no label of ours). */
async function upToDate(name: ImageName): Promise<string | undefined> {
    const result = await execa(
        "docker",
        ["image", "inspect", "--format", "{{json .Config.Labels}} {{json .RepoTags}}", imageReference(name)],
        { reject: false },
    );
    if (result.failed || !result.stdout) {
        return undefined;
    }
    if (canBeBuilt(name) && result.stdout.includes(`"${recipeLabel}":"${recipeHash(name, versions)}"`)) {
        return "already built";
    }
    return result.stdout.includes(recipeLabel) || !isVendors(result.stdout, name) ? undefined : "already pulled";
}

/** Docker shows a pulled image's tag without the registry and library that it assumes. */
function isVendors(inspected: string, name: ImageName): boolean {
    const { upstream } = versions.images[name];
    return upstream !== undefined && inspected.includes(`"${upstream.replace(/^docker\.io\/(library\/)?/, "")}"`);
}

/** Where the engine pulls an image from. Source: https://distribution.github.io/distribution/spec/api/ */
function registryOf(upstream: string): string {
    const host = upstream.slice(0, upstream.indexOf("/"));
    return `https://${host === "docker.io" ? "registry-1.docker.io" : host}/v2/`;
}

async function pulled(name: ImageName, report: Report): Promise<boolean> {
    const { upstream } = versions.images[name];
    if (upstream === undefined || !(await reaches(registryOf(upstream)))) {
        return false;
    }
    report(`pulling ${upstream}`);
    const pull = await execa("docker", ["pull", "--quiet", upstream], { reject: false });
    if (pull.failed) {
        report(`${upstream} cannot be pulled`);
        return false;
    }
    await execa("docker", ["tag", upstream, imageReference(name)]);
    return true;
}

/** By hand, under its vendor's name. */
async function loaded(name: ImageName): Promise<boolean> {
    const { upstream = "" } = versions.images[name];
    return !(await execa("docker", ["tag", upstream, imageReference(name)], { reject: false })).failed;
}

async function build(name: ImageName, report: Report): Promise<void> {
    const label = `${recipeLabel}=${recipeHash(name, versions)}`;
    if (name === "base") {
        return buildBase(imageReference("base"), label, report);
    }
    const context = join(toolsDir, "build", `${name}-image`);
    rmSync(context, { recursive: true, force: true });
    mkdirSync(context, { recursive: true });
    cpSync(join(offlineDir, "images", name), context, { recursive: true });
    const program = await imageProgram(name, report);
    if (program) {
        cpSync(program.path, join(context, program.name));
    }
    const args = ["build", "--progress=plain", "--label", label, "--tag", imageReference(name)];
    const { tag, on = "base" } = versions.images[name];
    const buildArgs = ["--build-arg", `BASE=${imageReference(on)}`, "--build-arg", `VERSION=${tag}`];
    await runLogged(await buildClient(), [...args, ...buildArgs, ...certificates(), context], {
        log: `image-${name}`,
        env: { DOCKER_BUILDKIT: "1" },
        onLine: (line) => {
            const step = line.match(/^#\d+ \[(?:\S+ )?(\d+\/\d+)\] (.*)/);
            const detail = line.replace(/^#\d+ [\d.]* ?/, "");
            if (step) {
                report(`step ${step[1]}: ${step[2]?.replace(/--mount=\S+ +/g, "").slice(0, 60)}`);
            } else if (!/^(sha256:|debconf:|extracting )/.test(detail)) {
                report(detail.slice(0, 80));
            }
        },
        next: "see why above; Debian's and PyPI's package servers must be reachable; then run the same command again",
    });
    rmSync(context, { recursive: true, force: true });
}

/** pip inside a build trusts what this machine trusts; as a secret, so that the image does not carry it. */
function certificates(): string[] {
    const bundle = [process.env.SSL_CERT_FILE, "/etc/ssl/certs/ca-certificates.crt"].find((path) => path && existsSync(path));
    return bundle ? ["--secret", `id=ca,src=${bundle}`] : [];
}
