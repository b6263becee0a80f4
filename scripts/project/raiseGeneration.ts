/** Asks for new secrets: raises their generations in the stack's file. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { applicationServicesIn } from "../../components/settings/accounts.ts";
import { didYouMean } from "../../components/settings/nearest.ts";
import { parseSettings } from "../../components/settings/parse.ts";
import { rotatables } from "../../components/settings/rotation.ts";
import type { ParsedSettings } from "../../components/settings/schema/index.ts";
import { type Edit, editSettings, reportFaults, type SettingsPath } from "./editStackFile.ts";
import { Failure } from "./failure.ts";
import { readSettings } from "./stackFile.ts";
import { settingsFile } from "./stacks.ts";
import { quoted } from "./visible.ts";

export interface Raised {
    /** Setting → its generation now. */
    generations: Record<string, number>;
    /** Writes the file as it was. */
    takeBack(): void;
}

/**
 * @param names of the settings below `rotation`, such as turnSharedSecret or bots.notifier
 * @throws Failure that names the secrets that there are
 */
export function raiseGenerations(stack: string, names: readonly string[]): Raised {
    const file = settingsFile(stack);
    const given = readSettings(file);
    const { settings, faults } = parseSettings(given);
    if (!settings) {
        reportFaults(faults, `${basename(file)} has`);
        throw new Failure(`the settings in ${basename(file)} have faults`);
    }
    const known = [
        ...rotatables.map(({ secret }) => secret as string),
        ...Object.keys(settings.bots).map((key) => `bots.${key}`),
        ...applicationServicesIn(settings).flatMap(({ generation: { of, key } }) => (of === "bridges" ? [`bridges.${key}`] : [])),
    ];
    if (names.length === 0) throw new Failure(`no secret is named; those that can be rotated: ${known.join(", ")}`);
    const generations = Object.fromEntries(names.map((name) => [name, generationIn(settings, known, name) + 1]));
    const before = readFileSync(file, "utf8");
    editSettings(
        file,
        Object.entries(generations).flatMap(([name, generation]) => put(given, pathOf(name), generation)),
    );
    return {
        generations: Object.fromEntries(Object.entries(generations).map(([name, generation]) => [`rotation.${name}`, generation])),
        takeBack: () => writeFileSync(file, before),
    };
}

function generationIn({ rotation }: ParsedSettings, known: readonly string[], name: string): number {
    if (name === "passwordSeed")
        throw new Failure(
            "passwordSeed cannot be rotated: the first passwords of people follow from it, and would be others than those told",
        );
    if (!known.includes(name))
        throw new Failure(`${quoted(name)} is no secret that can be rotated${didYouMean(name, known)}; those are: ${known.join(", ")}`);
    const { bots, bridges, ...others } = rotation;
    const [, of, key = ""] = /^(bots|bridges)\.(.*)$/s.exec(name) ?? [];
    return of === undefined ? others[name as keyof typeof others] : ({ bots, bridges }[of as "bots" | "bridges"][key] ?? 1);
}

/** A bot's key may have dots in it. */
function pathOf(name: string): SettingsPath {
    const [, of, key] = /^(bots|bridges)\.(.*)$/s.exec(name) ?? [];
    return of === undefined || key === undefined ? ["rotation", name] : ["rotation", of, key];
}

function put(given: Record<string, unknown>, at: SettingsPath, generation: number): Edit[] {
    const there = at.reduce<unknown>((node, key) => (node as Record<string, unknown> | null | undefined)?.[key], given) !== undefined;
    return [...(there ? [{ at, remove: true } as const] : []), { at, put: generation }];
}
