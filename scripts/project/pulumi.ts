/** Which Pulumi this checkout uses: the user's own, the official one downloaded for this checkout, or the one built here. */
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { builtBin, officialRoot, plugins, standInHome, toolsDir } from "./checkout.ts";

export const minimumVersion = "3.200.0";

export interface PulumiChoice {
    kind: "user" | "official" | "built";
    /** Folder of the CLI that must stand first on PATH; undefined for the user's own. */
    bin?: string;
    /** Set where the plugins are stand-ins. */
    home?: string;
}

/** The CLI that is there now, or undefined when one has yet to be fetched or built. */
export function choosePulumi(path = process.env.PATH ?? ""): PulumiChoice | undefined {
    const home = hasStandIns() ? standInHome : undefined;
    const own = userPulumi(path);
    if (own && atLeast(pulumiVersion(own), minimumVersion)) {
        return { kind: "user", home };
    }
    if (existsSync(join(officialRoot, "bin/pulumi"))) {
        return { kind: "official", bin: join(officialRoot, "bin"), home };
    }
    if (existsSync(join(builtBin, "pulumi")) && existsSync(join(builtBin, "pulumi-language-nodejs"))) {
        return { kind: "built", bin: builtBin, home: standInHome };
    }
    return undefined;
}

/** The first pulumi on PATH that is not one of this checkout's: `make env` may have put that there. */
export function userPulumi(path: string): string | undefined {
    for (const directory of path.split(delimiter)) {
        const candidate = join(directory, "pulumi");
        if (directory && existsSync(candidate) && !realpathSync(candidate).startsWith(`${toolsDir}/`)) {
            return candidate;
        }
    }
    return undefined;
}

const knownVersions = new Map<string, string>();

function pulumiVersion(command: string): string {
    let version = knownVersions.get(command);
    if (version === undefined) {
        // node's own: loading execa takes as long as the command line may take to start.
        const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        version = (spawnSync(command, ["version"], { env, encoding: "utf8" }).stdout ?? "").trim();
        knownVersions.set(command, version);
    }
    return version;
}

export function atLeast(version: string, minimum: string): boolean {
    const parts = (text: string): number[] => text.replace(/^v/, "").split(/[.-]/).slice(0, 3).map(Number);
    const [have, want] = [parts(version), parts(minimum)];
    for (let index = 0; index < 3; index++) {
        const difference = (have[index] ?? Number.NaN) - (want[index] ?? 0);
        if (difference !== 0) {
            return difference > 0;
        }
    }
    return true;
}

function hasStandIns(): boolean {
    return plugins().every((plugin) => existsSync(standInPath(plugin)));
}

/** Where the CLI looks for a plugin of exactly this version. */
export function pluginDirectory(home: string, plugin: { name: string; version: string }): string {
    return join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`);
}

export function standInPath(plugin: { name: string; version: string }): string {
    return join(pluginDirectory(standInHome, plugin), `pulumi-resource-${plugin.name}`);
}
