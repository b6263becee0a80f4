/** What Synapse itself says about its configuration, before it runs with it. */
import { readFileSync } from "node:fs";
import type { Findings } from "../../platform/trial.ts";
import { pulumiPath } from "../../settings/checks/synapseOptions.ts";
import type { Settings } from "../../settings/index.ts";
import { settingFor } from "../../settings/ownedOptions.ts";
import { keyThatStands } from "../standingKey.ts";
import { revealed, secretTexts } from "./givenOptions.ts";
import { moduleFiles } from "./ownModules.ts";
import { configurationArguments } from "./process.ts";
import { standingPepper } from "./standing.ts";
import { homeserverYaml, logYaml, paths } from "./synapseConfig.ts";

/** Stand for what is known only later, and what Synapse need not see to read its configuration. */
const placeholders = {
    [paths.databasePassfile]: "",
    [paths.registrationSharedSecret]: "placeholder",
    [paths.macaroonSecretKey]: "placeholder",
    [paths.formSecret]: "placeholder",
    [paths.turnSharedSecret]: "placeholder",
    [paths.signingKey]: `ed25519 placeholder ${"A".repeat(43)}\n`,
    [paths.givenSigningKey]: `ed25519 placeholder ${"A".repeat(43)}\n`,
};

export function synapseFindings(settings: Settings): Findings {
    const { homeserver, images } = settings;
    // Whether the image has a provider for that, and the store answers, its own trial finds out.
    const media = { ...homeserver.media, s3: undefined };
    const modules = moduleFiles(media);
    const standing = [keyThatStands(homeserver, paths), standingPepper(homeserver)];
    // What the other settings are rendered to is known to be right.
    const known = Object.keys(homeserver.config).length === 0 && !homeserver.linkPreviews.enabled && !media.scan;
    if (known) return { trials: [], standing };
    const yaml = homeserverYaml({
        serverName: settings.serverName,
        homeserver: { ...homeserver, media },
        federation: settings.federation,
        listen: ["0.0.0.0"],
        authorities: 0,
        turnUris: [],
        turnSigned: true,
        database: { host: "localhost", port: 5432, name: "synapse", user: "synapse", sslMode: "disable" },
        connections: settings.database.connections,
        applicationServices: [],
        servicesEncrypt: false,
        applicationServiceUrls: [],
        publisher: settings.administratorId,
        metrics: settings.monitoring !== undefined,
        retention: false,
    });
    const secretFiles = yaml.secret === undefined ? {} : { [paths.secretOptions]: yaml.secret };
    return {
        standing,
        trials: [
            {
                setting: "homeserver.config",
                image: images.synapse,
                imageSetting: "images.synapse",
                command: ["python3", "-c", readFileSync(new URL("readConfiguration.py", import.meta.url), "utf8")],
                input: JSON.stringify({
                    files: {
                        ...placeholders,
                        [paths.logConfig]: logYaml(homeserver.logLevel),
                        [paths.config]: yaml.readable,
                        ...modules,
                        ...secretFiles,
                    },
                    arguments: configurationArguments([paths.config], Object.keys(secretFiles)),
                    given: revealed(homeserver.config),
                }),
                faults: (output) => faultsIn(output, homeserver.config),
            },
        ],
    };
}

/** @param output of readConfiguration.py */
export function faultsIn(output: string, config: Record<string, unknown>): string[] {
    const found: { path: string; message: string }[] = JSON.parse(output);
    return found.map(({ path: given, message }) => {
        const path = given.replaceAll(/<item (\d+)>/g, "$1");
        return `${settingOf(path, config)}: ${isSecretToSynapse(message) ? setAsSecret(path) : withoutSecrets(message, config)}`;
    });
}

/** Of options that are no secret by their names, such as recaptcha_public_key. */
function isSecretToSynapse(message: string): boolean {
    return message.includes("Config options that expect an in-line secret as value are disabled");
}

function setAsSecret(path: string): string {
    return `is a secret to Synapse; run: pulumi config set --secret --path '${pulumiPath(path.split("."))}'`;
}

function settingOf(path: string, config: Record<string, unknown>): string {
    const [option = ""] = path.split(".");
    if (Object.hasOwn(config, option)) return `homeserver.config.${path}`;
    return settingFor(path) ?? "homeserver.config";
}

/** Synapse, and Python, quote values that they do not like. */
function withoutSecrets(message: string, config: Record<string, unknown>): string {
    const secret = secretTexts(config).find((text) => message.includes(text));
    return secret === undefined ? message : `${message.slice(0, message.indexOf(":"))}; the reason is not shown, because a secret is in it`;
}
