/** Values that YAML or `pulumi config set --path` turned into something else than was meant. Pure. */
import type { z } from "zod";
import { configPath } from "./configPath.ts";

type Issue = z.core.$ZodIssue;

/** Whether a value at this path must not be shown. */
export function isSecret(path: readonly PropertyKey[]): boolean {
    // Of many services the URL itself is what lets one in.
    if (path.at(-1) === "url" && path.at(-2) === "webhook") return true;
    return /password|secret|token|signingKey|apiHash|^key$/i.test(String(path.at(-1) ?? ""));
}

/**
 * A section as it was meant:
 * - an empty value (`alice:`) stands for no settings where there may be some, and for "not given" elsewhere;
 * - a whole number stands for its digits where text is meant (`pulumi config set --path rooms.lobby.name 2024`), but not in a
 *   secret, where a mistake could not be seen: YAML reads 0123 as 83;
 * - digits stand for their number (0.5 too), and "true" and "false" for themselves, where a secret value or quotes made text of them.
 *
 * @param key of the section. Pulumi hands over everything outside of structures as text, so nothing is lost in it.
 * @param settingsAt the settings known at a path; none where the keys are the operator's own names
 */
export function asMeant(key: string, schema: z.ZodType, value: unknown, settingsAt: (path: string[]) => string[]): unknown {
    let holder = { [key]: copyOf(value) };
    // What is empty may hide what is in it, so one round may lead to the next.
    for (;;) {
        const result = schema.safeParse(holder[key]);
        if (result.success) return holder[key];
        const before = holder;
        holder = copyOf(holder);
        const mended = result.error.issues.filter((issue) => mend(holder, [key, ...issue.path], issue, settingsAt));
        if (mended.length === 0) return before[key];
    }
}

/** Values that are neither mappings nor lists, such as a SecretValue, stay the same one. */
function copyOf<T>(value: T): T {
    if (Array.isArray(value)) return value.map(copyOf) as T;
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)])) as T;
}

/** @returns whether it changed something */
function mend(root: object, path: readonly PropertyKey[], issue: Issue, settingsAt: (path: string[]) => string[]): boolean {
    const last = path.at(-1) as PropertyKey;
    const parent = path.slice(0, -1).reduce<Record<PropertyKey, unknown> | undefined>(inside, root as Record<PropertyKey, unknown>);
    if (!parent || !Object.hasOwn(parent, last)) return false;
    const given = parent[last];
    const expected = issue.code === "invalid_type" ? issue.expected : undefined;
    const isSection = path.length === 1;
    if (given === null || (given === "" && isSection && expected !== undefined)) {
        if (expected === "object" || expected === "record") parent[last] = {};
        else if (expected === "array") parent[last] = [];
        // A member without a level is no default, but a mistake.
        else if (!settingsAt(path.slice(0, -1).map(String)).includes(String(last))) return false;
        else delete parent[last];
        return true;
    }
    // One of several values, true and false among them.
    const isFlag = issue.code === "invalid_value" && issue.values.includes(true);
    const value = converted(given, isFlag ? "boolean" : expected, isSection, isSecret(path));
    if (value === undefined) return false;
    parent[last] = value;
    return true;
}

function inside(at: Record<PropertyKey, unknown> | undefined, key: PropertyKey): Record<PropertyKey, unknown> | undefined {
    if (at === undefined || at === null || !Object.hasOwn(at, key)) return undefined;
    const next = at[key];
    return typeof next === "object" && next !== null ? (next as Record<PropertyKey, unknown>) : undefined;
}

function converted(given: unknown, expected: string | undefined, isSection: boolean, secret: boolean): unknown {
    if (expected === "string") {
        if (typeof given === "number" && Number.isSafeInteger(given) && !secret) return String(given);
        return typeof given === "boolean" && isSection ? String(given) : undefined;
    }
    if (typeof given !== "string") return undefined;
    // `pulumi config set --path` makes numbers of whole ones alone.
    if ((expected === "number" || expected === "int") && /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(given)) return Number(given);
    if (expected === "boolean" && (given === "true" || given === "false")) return given === "true";
    return undefined;
}

/** Where no conversion is safe: what stands there, and how to write what is meant. */
export function wrongType(path: readonly string[], value: unknown, expected: string): string {
    const setting = configPath(path);
    switch (expected) {
        case "string":
            if (typeof value !== "number" && typeof value !== "boolean") return "is not text";
            return isSecret(path)
                ? `is a ${typeof value}, and text is meant; run: pulumi config set --secret --path ${setting}`
                : `is a ${typeof value}, and text is meant; write it in quotes, or run: pulumi config set --type string --path ${setting} TEXT`;
        case "boolean":
            return "is neither true nor false";
        case "int":
            return "is not a whole number";
        case "number":
            return "is not a number";
        case "array":
            return "is not a list; write each entry in a line of its own after a hyphen";
        case "object":
        case "record":
            return "is not a group of settings; write each in a line of its own below it";
        default:
            return `is not of type ${expected}`;
    }
}

const reserved = "__proto__";

/** Paths of keys that no object of JavaScript can hold: they would be lost without a word. */
export function lostKeys(value: unknown, path: readonly string[] = []): string[][] {
    if (typeof value !== "object" || value === null) return [];
    return Object.keys(value).flatMap((key) =>
        key === reserved ? [[...path, key]] : lostKeys((value as Record<string, unknown>)[key], [...path, key]),
    );
}
