/** Edits a stack's settings in its file, in ways that the program would accept. */
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
import type { Fault } from "../../components/settings/fault.ts";
import { parseSettings } from "../../components/settings/parse.ts";
import { Failure, oneLine } from "./failure.ts";
import { configKey, inFile, settingsIn } from "./stackFile.ts";
import { insertEntry, removeEntry } from "./stackFileText.ts";
import { shortened } from "./visible.ts";

/** A path below the project's namespace, such as ["users", "alice"]. */
export type SettingsPath = readonly [string, ...string[]];

export type Edit = { at: SettingsPath; put: unknown } | { at: SettingsPath; remove: true };

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
