/** The stack's file of a restored stack. Pure. */

import { stringify } from "yaml";
import { parseSettings } from "../../components/settings/parse.ts";
import { Failure } from "../project/failure.ts";
import { settingsIn } from "../project/stackFile.ts";
import { parseStackFile } from "../project/stackFileText.ts";
import type { Deposit } from "./deposit.ts";

export interface RestoredSettings {
    /** What is to be written; without its secrets. */
    text: string;
    /** For `pulumi config set --secret --path`. */
    secrets: { path: string; value: string }[];
    images: { postgres: string };
    /** Name of the homeserver's database. */
    database: string;
    /** Of the homeserver, on the host's loopback. */
    port: number;
}

/**
 * The file as it was backed up, or the one that is there, which may have other ports, addresses or places; its secrets from the backup.
 * @param present text of a file that is there
 * @throws Failure if that file is for another server name, or has a secret that the backup has not
 */
export function settingsOf(deposit: Deposit, present?: string): RestoredSettings {
    const text = present ?? deposit.file;
    const { settings, faults } = parseSettings(settingsIn(text));
    const [fault] = faults;
    if (fault || !settings) throw new Failure(`the stack's file has a fault: ${fault?.path}: ${fault?.message}`);
    if (settings.serverName !== deposit.serverName)
        throw new Failure(`the stack's file is for ${settings.serverName}, and the backup is of ${deposit.serverName}`);
    const {
        config = {},
        encryptionsalt: _,
        ...rest
    } = parseStackFile(text) as { config?: Record<string, unknown>; encryptionsalt?: string };
    const secrets: RestoredSettings["secrets"] = [];
    const withoutSecrets = (value: unknown, path: (string | number)[]): unknown => {
        if (Array.isArray(value)) return value.map((inner, index) => withoutSecrets(inner, [...path, index]));
        if (typeof value !== "object" || value === null) return value;
        const fields = Object.entries(value);
        if (fields.length === 1 && fields[0]?.[0] === "secure") {
            secrets.push({ path: pulumiPath(path), value: plain(deposit, path) });
            return undefined;
        }
        return Object.fromEntries(fields.map(([key, inner]) => [key, withoutSecrets(inner, [...path, key])]));
    };
    const open = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withoutSecrets(value, [key])]));
    return {
        // As it is where possible: with its comments.
        text: secrets.length === 0 ? text.replace(/^encryptionsalt:.*\n?/m, "") : stringify({ ...rest, config: open }),
        secrets,
        images: settings.images,
        database: settings.database.name,
        port: settings.homeserver.port,
    };
}

/** As Pulumi writes a path: matrix-synapse:users["a.b"].password */
function pulumiPath([section, ...rest]: (string | number)[]): string {
    return `${section}${rest.map((part) => (typeof part === "number" ? `[${part}]` : `[${JSON.stringify(part)}]`)).join("")}`;
}

function plain({ config }: Deposit, [section = "", ...rest]: (string | number)[]): string {
    const { value, objectValue } = config[section] ?? {};
    const found = rest.reduce<unknown>((at, part) => (at as Record<string | number, unknown> | undefined)?.[part], objectValue ?? value);
    if (typeof found !== "string")
        throw new Failure(`the backup has no secret at ${[section, ...rest].join(".")}; set it in the stack's file after the restore`);
    return found;
}
