/** Reads a stack's settings from its file. Editing is apart: it checks what it writes, which takes longer to load. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fromConfigText, keptEncrypted } from "../../components/settings/configText.ts";
import { project } from "./checkout.ts";
import { Failure, oneLine } from "./failure.ts";
import { parseStackFile, StackFileError } from "./stackFileText.ts";

/** The settings as written, by section; {} if the file is missing. Secrets are replaced by placeholders. */
export function readSettings(file: string): Record<string, unknown> {
    return existsSync(file) ? inFile(file, () => settingsIn(readFileSync(file, "utf8"))) : {};
}

/** To Pulumi, a key without a namespace is in the project's namespace. */
export function configKey(text: string, section: string): string {
    const config = configIn(text);
    return section in config && !(`${project}:${section}` in config) ? section : `${project}:${section}`;
}

function configIn(text: string): Record<string, unknown> {
    const { config } = parseStackFile(text) as { config?: unknown };
    return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

export function settingsIn(text: string): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(configIn(text)).flatMap(([key, value]) => {
            const [namespace, name] = key.includes(":")
                ? [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)]
                : [project, key];
            return namespace === project ? [[name, typeof value === "string" ? fromConfigText(value) : withoutSecrets(value)]] : [];
        }),
    );
}

/** An encrypted value is written as {secure: …}; the program gets the plain value. */
function withoutSecrets(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutSecrets);
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value);
    if (fields.length === 1 && fields[0]?.[0] === "secure") return keptEncrypted;
    return Object.fromEntries(fields.map(([key, inner]) => [key, withoutSecrets(inner)]));
}

export function inFile<T>(file: string, act: () => T): T {
    try {
        return act();
    } catch (error) {
        if (error instanceof StackFileError) throw new Failure(`${basename(file)} ${oneLine(error)}`);
        throw error;
    }
}
