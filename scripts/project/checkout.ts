/** Where things are in this checkout, and the versions that are pinned in it. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(fileURLToPath(import.meta.url), "../../..");
/** Everything that can be made again; `make clean` removes it. */
export const toolsDir = join(root, ".tools");
/** The state and its passphrase: losing them is losing the deployment, so nothing here ever removes them. */
export const stateDir = join(root, ".state");
export const offlineDir = join(root, "offline");
export const logsDir = join(toolsDir, "logs");
export const stampsDir = join(toolsDir, "stamps");
/** The CLI and language host that are built here. */
export const builtBin = join(toolsDir, "bin");
/** PULUMI_HOME where the plugins are stand-ins, so that they never reach the user's own. */
export const standInHome = join(toolsDir, "pulumi-home");
/** Where the official CLI goes when it can be downloaded and the user has none. */
export const officialRoot = join(toolsDir, "official");
/** As Pulumi.yaml names it. */
export const project = "matrix-synapse";
/** Another one: make up STACK=prod */
export const stackName = process.env.STACK || "dev";

export interface ImageVersion {
    /** Tag of the image under this project's name. */
    tag: string;
    /** The vendor's image of the same version; absent where there is none, so that it is always built. */
    upstream?: string;
    /** Image that it is built on. Default: base. */
    on?: ImageName;
}

export interface Versions {
    /** Debian suite that the images are made from. */
    suite: string;
    images: Record<
        | "base"
        | "synapse"
        | "dendrite"
        | "postgres"
        | "coturn"
        | "caddy"
        | "restic"
        | "clamav"
        | "synapse-s3"
        | "prometheus"
        | "alertmanager"
        | "postgresExporter"
        | "nodeExporter"
        | "heisenbridge"
        | "mautrix"
        | "mautrixWhatsapp"
        | "mautrixGmessages"
        | "mautrixSignal"
        | "mautrixSlack"
        | "mautrixDiscord"
        | "mautrixMeta"
        | "mautrixBluesky"
        | "mautrixTelegram"
        | "matterbridge",
        ImageVersion
    >;
}

export type ImageName = keyof Versions["images"];

export const versions: Versions = JSON.parse(readFileSync(join(offlineDir, "versions.json"), "utf8"));

export function imageReference(name: ImageName): string {
    // Docker takes no capitals.
    const repository = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `matrix-synapse/${repository}:${versions.images[name].tag}`;
}

export interface Plugin {
    name: string;
    version: string;
}

const pluginNames = ["command", "docker", "postgresql", "random", "tls"];

/** The plugins that the program's SDKs ask for, by the SDKs' own word. */
export function plugins(): Plugin[] {
    return pluginNames.map((name) => {
        const manifest = JSON.parse(readFileSync(join(root, "node_modules/@pulumi", name, "package.json"), "utf8"));
        return { name, version: manifest.pulumi?.version ?? manifest.version };
    });
}

/** The version a module's go.mod pins for `path`. */
export function goModuleVersion(module: string, path: string): string {
    const text = readFileSync(join(offlineDir, module, "go.mod"), "utf8");
    const version = text.match(new RegExp(`^\\s*(?:require )?${path} (v\\S+)`, "m"))?.[1];
    if (!version) {
        throw new Error(`offline/${module}/go.mod does not require ${path}`);
    }
    return version;
}
