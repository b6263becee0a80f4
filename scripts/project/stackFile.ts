/** Reads a stack's settings from its file, and edits that file in ways that the program would accept. */

import { randomBytes } from "node:crypto";
import {
    chmodSync,
    chownSync,
    closeSync,
    existsSync,
    fsyncSync,
    openSync,
    readFileSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fromConfigText, keptEncrypted } from "../../components/settings/configText.ts";
import type { Fault } from "../../components/settings/fault.ts";
import { parseSettings } from "../../components/settings/parse.ts";
import { project } from "./checkout.ts";
import { Failure, oneLine } from "./failure.ts";
import { insertEntry, parseStackFile, removeEntry, StackFileError } from "./stackFileText.ts";
import { shortened } from "./visible.ts";

/** A path below the project's namespace, such as ["users", "alice"]. */
export type SettingsPath = readonly [string, ...string[]];

export type Edit = { at: SettingsPath; put: unknown } | { at: SettingsPath; remove: true };

/** The settings as written, by section; {} if the file is missing. Secrets are replaced by placeholders. */
export function readSettings(file: string): Record<string, unknown> {
    return existsSync(file) ? inFile(file, () => settingsIn(readFileSync(file, "utf8"))) : {};
}

/**
 * Makes all of the edits or none.
 * @throws Failure, after a line for each fault on standard error, if the settings would not be accepted
 */
export function editSettings(file: string, edits: Edit[]): void {
    if (!existsSync(file)) throw new Failure(`there is no ${basename(file)} to write to; create one with a server name first`);
    const before = readFileSync(file, "utf8");
    const after = inFile(file, () => edits.reduce(edited, before));
    const { faults } = parseSettings(settingsIn(after));
    reportFaults(faults, `${basename(file)} would have`);
    if (readFileSync(file, "utf8") !== before)
        throw new Failure(`${basename(file)} was changed by someone else in the meantime; run the same command again`);
    replaceFile(file, after);
}

/** Prints a line for each fault and throws, if there are any. */
export function reportFaults(faults: Fault[], whose: string): void {
    if (faults.length === 0) return;
    for (const { path, message } of faults) console.error(`  ${shortened(`${path}: ${message}`)}`);
    throw new Failure(`${whose} ${faults.length === 1 ? "a fault" : `${faults.length} faults`}; nothing was changed`);
}

function edited(text: string, edit: Edit): string {
    const [section, ...rest] = edit.at;
    const path = ["config", configKey(text, section), ...rest] as const;
    return "remove" in edit ? removeEntry(text, path) : insertEntry(text, path, edit.put);
}

/** To Pulumi, a key without a namespace is in the project's namespace. */
function configKey(text: string, section: string): string {
    const config = configIn(text);
    return section in config && !(`${project}:${section}` in config) ? section : `${project}:${section}`;
}

function configIn(text: string): Record<string, unknown> {
    const { config } = parseStackFile(text) as { config?: unknown };
    return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

function settingsIn(text: string): Record<string, unknown> {
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

function inFile<T>(file: string, act: () => T): T {
    try {
        return act();
    } catch (error) {
        if (error instanceof StackFileError) throw new Failure(`${basename(file)} ${oneLine(error)}`);
        throw error;
    }
}

/** Replaces the file atomically; owner and mode stay. */
function replaceFile(file: string, text: string): void {
    const target = realpathSync(file);
    const { mode, uid, gid } = statSync(target);
    const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
    try {
        writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
        if (process.getuid?.() === 0) chownSync(temporary, uid, gid);
        chmodSync(temporary, mode & 0o7777);
        const descriptor = openSync(temporary, "r");
        fsyncSync(descriptor);
        closeSync(descriptor);
        renameSync(temporary, target);
    } catch (error) {
        rmSync(temporary, { force: true });
        throw new Failure(`${basename(file)} could not be written: ${oneLine(error)}`);
    }
}
