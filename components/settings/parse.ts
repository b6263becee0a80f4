/** Raw configuration in, settings or every fault in them out. Pure. */
import type { z } from "zod";
import { faultsBetweenSections } from "./checks/index.ts";
import type { Fault } from "./fault.ts";
import { asMeant, isSecret, lostKeys, wrongType } from "./meant.ts";
import { nearest } from "./nearest.ts";
import { own } from "./own.ts";
import { type ParsedSettings, settingsSchema } from "./schema/index.ts";
import { type Node, settingsJsonSchema } from "./stackFileSchema.ts";
import { unstorableTexts } from "./unstorable.ts";

export type ParseResult = { settings: ParsedSettings; faults: [] } | { settings: undefined; faults: Fault[] };

/** Parses section by section, so that a fault in one does not hide those in the others. */
export function parseSettings(given: Record<string, unknown>): ParseResult {
    const shape: Record<string, z.ZodType> = settingsSchema.shape;
    const faults: Fault[] = Object.keys(given)
        .filter((key) => !Object.hasOwn(shape, key))
        .map((key) => ({ path: key, message: unknownKey(key, Object.keys(shape)) }));
    faults.push(...lostKeys(given).map((path) => ({ path: path.join("."), message: "is not possible as a key; choose another" })));
    faults.push(...unstorableTexts(given));
    const raw: Record<string, unknown> = {};
    const sections: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(shape)) {
        if (Object.hasOwn(given, key)) raw[key] = asMeant(key, schema, given[key], knownKeys);
        const result = schema.safeParse(raw[key]);
        if (result.success) sections[key] = result.data;
        else faults.push(...result.error.issues.flatMap((issue) => describe(issue, [key], raw)));
    }
    faults.push(...faultsBetweenSections(sections as Partial<ParsedSettings>, raw));
    return faults.length === 0 ? { settings: sections as ParsedSettings, faults: [] } : { settings: undefined, faults };
}

function describe(issue: z.core.$ZodIssue, prefix: string[], raw: unknown): Fault[] {
    const path = [...prefix, ...issue.path.map(String)];
    const value = path.reduce<unknown>((node, key) => own(node as Record<string, unknown> | undefined, key), raw);
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => ({ path: [...path, key].join("."), message: unknownKey(key, knownKeys(path)) }));
    }
    // The path ends with the key itself.
    if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: path.join("."), message }));
    if (value === undefined) return [{ path: path.join("."), message: missing(path) }];
    if (value === null) return [{ path: path.join("."), message: "is empty; write a value, or take the line out" }];
    return [{ path: path.join("."), message: `${quote(path, value)} ${reason(issue, path, value)}` }];
}

function missing(path: string[]): string {
    const key = path.join(".");
    return key === "serverName" ? "is missing; run: pulumi config set serverName example.org" : "is missing";
}

function reason(issue: z.core.$ZodIssue, path: string[], value: unknown): string {
    switch (issue.code) {
        case "invalid_type":
            return wrongType(path, value, issue.expected);
        case "invalid_value":
            return `is not one of ${issue.values.map(String).join(", ")}`;
        case "too_small":
            if (typeof value === "string" || Array.isArray(value)) return "is empty; write a value, or take the line out";
            return `is too small; at least ${issue.minimum}`;
        case "too_big":
            if (typeof value === "string" && issue.message.startsWith("Too big"))
                return `is too long: it has ${value.length} characters; at most ${issue.maximum}`;
            return issue.message.startsWith("Too big") ? `is too big; at most ${issue.maximum}` : issue.message;
        case "custom":
            return issue.message;
        case "invalid_format":
            return issue.format === "url" ? "is not a URL, such as https://matrix.example.org" : issue.message;
        default:
            return issue.message;
    }
}

/** As in postgresql://synapse:secret@db or synapse:secret@db, and not as in turn:someone@example.org. */
const withPassword = /:\/\/[^/]*@|^(?!(turns?|stuns?|mailto|sip|xmpp):)[^:@/]+:[^@/]+@|password=/i;

/** A password must not appear in an error message, nor one in a URL; a certificate or a long text would fill it. */
function quote(path: string[], value: unknown): string {
    const telling = typeof value === "string" && (value.includes("\n") || value.length > 300 || withPassword.test(value));
    const hidden = telling || isSecret(path);
    return hidden ? "the value given" : JSON.stringify(value, (key, part) => (isSecret([key]) ? "hidden" : part));
}

function unknownKey(key: string, known: string[]): string {
    const near = nearest(key, known);
    return `is not a setting; ${near === undefined ? `known here: ${[...known].sort().join(", ")}` : `did you mean ${near}?`}`;
}

/** Made once: it takes some milliseconds. */
let knownSettings: Node | undefined;

function knownKeys(path: string[]): string[] {
    knownSettings ??= settingsJsonSchema();
    const node = path.reduce<Node | undefined>(
        (at, key) => own(at?.properties, key) ?? groupIn(at?.additionalProperties) ?? at?.items,
        knownSettings,
    );
    return Object.keys(node?.properties ?? {});
}

function groupIn(node: Node | boolean | undefined): Node | undefined {
    return typeof node === "object" ? node : undefined;
}
