/** What a shell needs so that `pulumi` works on this checkout's stack, and nothing that its user has set already. */
import { delimiter } from "node:path";
import { endpointOf, variablesFor } from "../../components/platform/docker/endpoint.ts";
import { stateDir } from "./checkout.ts";
import { passphraseFile } from "./passphrase.ts";
import { choosePulumi, type PulumiChoice } from "./pulumi.ts";

export type Exports = Record<string, string>;

/** `current` is the environment of the person who asks. */
export function exportsFor(choice: PulumiChoice | undefined, current: NodeJS.ProcessEnv): Exports {
    const exports: Exports = {};
    const path = current.PATH ?? "";
    if (choice?.bin && path.split(delimiter)[0] !== choice.bin) {
        exports.PATH = `${choice.bin}${delimiter}${path}`;
    }
    if (choice?.home) {
        // Not left to the user's own PULUMI_HOME: the stand-ins must not end up there.
        exports.PULUMI_HOME = choice.home;
    }
    if (!current.PULUMI_BACKEND_URL) {
        exports.PULUMI_BACKEND_URL = `file://${stateDir}`;
    }
    if (!current.PULUMI_CONFIG_PASSPHRASE && !current.PULUMI_CONFIG_PASSPHRASE_FILE) {
        exports.PULUMI_CONFIG_PASSPHRASE_FILE = passphraseFile;
    }
    if (choice && choice.kind !== "user" && !current.PULUMI_SKIP_UPDATE_CHECK) {
        exports.PULUMI_SKIP_UPDATE_CHECK = "true";
    }
    if (!current.GOGC) {
        // The CLI writes its whole state at each step: with a thousand users, a fifth of its time went into collecting garbage.
        exports.GOGC = "400";
    }
    return { ...exports, ...engineOf(current) };
}

/** A context that does not exist is told by the docker command itself. */
function engineOf(current: NodeJS.ProcessEnv): Exports {
    try {
        return variablesFor(endpointOf(current));
    } catch {
        return {};
    }
}

export function environment(): Exports {
    return exportsFor(choosePulumi(), process.env);
}

/** As commands for a POSIX shell. */
export function asShell(exports: Exports): string {
    return Object.entries(exports)
        .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
        .join("\n");
}
