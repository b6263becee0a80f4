/** The stack's configuration: the only reader of pulumi.Config. */
import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { fromConfigText } from "./configText.ts";
import { withGivenSecrets } from "./givenSecrets.ts";
import { parseSettings } from "./parse.ts";
import { readPicture, withPictures } from "./pictures.ts";
import { resolve, type Settings } from "./resolve.ts";
import { secretPaths, shownAllTheSame } from "./secretPaths.ts";
import { digestOf, withSeedScripts } from "./seedScripts.ts";

export type { Settings };

/** `docker:host` of the stack's file, which Pulumi itself hands to its Docker provider. */
export function configuredEngine(): string | undefined {
    return new pulumi.Config("docker").get("host") || undefined;
}

/** The SDK exports it, and hides it from its types only. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/** @throws RunError with one line for every fault, before any resource is registered */
export function loadSettings(): Settings {
    const prefix = `${pulumi.getProject()}:`;
    const raw = Object.fromEntries(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, text]) => [key.slice(prefix.length), fromConfigText(text)]),
    );
    const withSecret = Object.keys(raw).filter((section) => isConfigSecret(`${prefix}${section}`));
    const secret = secretPaths(withSecret, stackFile(), pulumi.getProject());
    const { settings, faults } = withSeedScripts(withPictures(parseSettings(withGivenSecrets(raw, secret)), readPicture), digestOf);
    if (!settings) {
        throw new pulumi.RunError(
            [
                "The settings of this stack have faults; nothing was changed.",
                ...faults.map(({ path, message }) => `  ${prefix}${path}: ${message}`),
            ].join("\n"),
        );
    }
    for (const path of shownAllTheSame(secret))
        pulumi.log.warn(
            `${prefix}${path} is a secret in the stack's file, but previews and the state show it: it is part of readable configuration. Set it without --secret, or a Synapse option that must stay secret in homeserver.config`,
        );
    return { ...resolve(settings), secretPaths: secret };
}

/** In the project's folder, where Pulumi runs its program. */
function stackFile(): string | undefined {
    const file = `Pulumi.${pulumi.getStack()}.yaml`;
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
