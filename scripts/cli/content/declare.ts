/** --declare: writes an entry to the stack's settings instead of the server. */
import { basename } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import { editSettings, type SettingsPath } from "../../project/editStackFile.ts";
import { Failure } from "../../project/failure.ts";
import { readSettings } from "../../project/stackFile.ts";
import { settingsFile, stackOf } from "../../project/stacks.ts";
import { quoted, visible } from "../../project/visible.ts";
import { printResult } from "./answer.ts";
import { type ContentType, contentTypes, sectionOf } from "./contentTypes.ts";

export const declareOption = () => new Option("--declare", "write it to the stack's settings instead; pulumi up then applies it");

/** @param memberOf keys of rooms that get the new account as a member */
export function declareEntry(
    command: Command,
    type: ContentType,
    key: string,
    entry: Record<string, unknown>,
    memberOf: string[] = [],
): void {
    const stack = stackOf(command);
    const file = settingsFile(stack);
    const settings = readSettings(file);
    const sections = type === "user" || type === "bot" ? (["user", "bot"] as const) : ([type] as const);
    for (const section of sections.map((kind) => sectionOf[kind])) {
        if (has(settings, section, key)) throw new Failure(`${section} of ${basename(file)} has ${quoted(key)} already`, 2);
    }
    editSettings(file, [
        { at: [sectionOf[type], key], put: entry },
        ...memberOf.map((room) => ({ at: ["rooms", room, "members", key] as SettingsPath, put: 0 })),
    ]);
    report(command, `${type} ${quoted(key)} is declared in ${basename(file)}`, { declared: key, type, stack }, stack);
}

/** @throws Failure with exit code 2 if the settings do not declare it */
export function undeclareEntry(command: Command, typed: string, type: ContentType | undefined): void {
    const stack = stackOf(command);
    const file = settingsFile(stack);
    const declared = declaredAs(readSettings(file), typed, type);
    if (!declared) throw new Failure(`${basename(file)} declares no ${type ?? "user, bot, room or space"} ${quoted(typed)}`, 2);
    editSettings(file, [{ at: [sectionOf[declared.type], declared.key], remove: true }]);
    report(
        command,
        `${declared.type} ${quoted(declared.key)} is taken out of ${basename(file)}`,
        { undeclared: declared.key, type: declared.type, stack },
        stack,
    );
}

/**
 * The entry that a key, or the name that it gives itself, stands for.
 * @throws Failure if there is more than one and the type was not said
 */
export function declaredAs(
    settings: Record<string, unknown>,
    typed: string,
    type?: ContentType,
): { type: ContentType; key: string } | undefined {
    const bare = typed.replace(/^[@#]/, "").replace(/:.*$/s, "");
    const found = contentTypes
        .filter((kind) => type === undefined || kind === type)
        .flatMap((kind) => {
            const section = settings[sectionOf[kind]];
            if (typeof section !== "object" || section === null) return [];
            return Object.entries(section as Record<string, { localpart?: unknown; alias?: unknown } | null>)
                .filter(([key, entry]) => key === typed || (entry?.localpart ?? entry?.alias ?? key) === bare)
                .map(([key]) => ({ type: kind, key }));
        });
    if (found.length > 1)
        throw ambiguous(
            typed,
            found.map((one) => one.type),
        );
    return found[0];
}

export function ambiguous(typed: string, types: ContentType[]): Failure {
    return new Failure(`${quoted(typed)} is a ${types.join(" and a ")}; say which with --type`);
}

function has(settings: Record<string, unknown>, section: string, key: string): boolean {
    const entries = settings[section];
    return typeof entries === "object" && entries !== null && Object.hasOwn(entries, key);
}

function report(command: Command, line: string, result: Record<string, unknown>, stack: string): void {
    printResult(command.opts<{ json?: boolean }>().json, `${visible(line)}; run: pulumi preview --stack ${stack}`, {
        ...result,
        next: `pulumi preview --stack ${stack}`,
    });
}
