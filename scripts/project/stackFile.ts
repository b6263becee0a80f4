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

/** The key by which a section stands in the file. */
export function configKey(text: string, section: string): string {
    return Object.keys(configIn(text)).find((key) => sectionOf(key) === section) ?? `${project}:${section}`;
}

/**
 * To Pulumi, a key without a namespace is in the project's, and `project:config:name` is an older way to write it.
 * Source: pulumi/sdk/go/common/resource/config/key.go
 * @returns undefined for another namespace's
 */
function sectionOf(key: string): string | undefined {
    const parts = key.split(":");
    if (parts.length === 1) return key;
    const name = parts.length === 3 && parts[1] === "config" ? parts[2] : parts.length === 2 ? parts[1] : undefined;
    return parts[0] === project ? name : undefined;
}

function configIn(text: string): Record<string, unknown> {
    const { config } = parseStackFile(text) as { config?: unknown };
    return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

export function settingsIn(text: string): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(configIn(text)).flatMap(([key, value]) => {
            const name = sectionOf(key);
            return name === undefined ? [] : [[name, typeof value === "string" ? fromConfigText(value) : withoutSecrets(value)]];
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
