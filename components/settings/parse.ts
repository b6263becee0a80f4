/** Raw configuration in, settings or every fault in them out. Pure. */
import { z } from "zod";
import { faultsBetweenSections } from "./checks/index.ts";
import type { Fault } from "./fault.ts";
import { nearest } from "./nearest.ts";
import { type ParsedSettings, settingsSchema } from "./schema/index.ts";

export type ParseResult = { settings: ParsedSettings; faults: [] } | { settings: undefined; faults: Fault[] };

/** Parses section by section, so that a fault in one does not hide those in the others. */
export function parseSettings(raw: Record<string, unknown>): ParseResult {
    const shape: Record<string, z.ZodType> = settingsSchema.shape;
    const faults: Fault[] = Object.keys(raw)
        .filter((key) => !(key in shape))
        .map((key) => ({ path: key, message: unknownKey(key, Object.keys(shape)) }));
    const sections: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(shape)) {
        const result = schema.safeParse(raw[key]);
        if (result.success) sections[key] = result.data;
        else faults.push(...result.error.issues.flatMap((issue) => describe(issue, [key], raw)));
    }
    faults.push(...faultsBetweenSections(sections as Partial<ParsedSettings>, raw));
    return faults.length === 0 ? { settings: sections as ParsedSettings, faults: [] } : { settings: undefined, faults };
}

/** The settings as JSON Schema, which names the keys known at a path. */
function settingsJsonSchema(): z.core.JSONSchema.BaseSchema {
    return z.toJSONSchema(settingsSchema, { io: "input" });
}

/** JSON Schema of a stack's file, such as Pulumi.dev.yaml, for editors. */
export function stackFileJsonSchema(project: string): object {
    const { $schema, properties = {} } = settingsJsonSchema();
    const config = Object.fromEntries(Object.entries(properties).map(([key, schema]) => [`${project}:${key}`, schema]));
    return { $schema, type: "object", properties: { config: { type: "object", properties: config, required: [`${project}:serverName`] } } };
}

function describe(issue: z.core.$ZodIssue, prefix: string[], raw: unknown): Fault[] {
    const path = [...prefix, ...issue.path.map(String)];
    const value = path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], raw);
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => ({ path: [...path, key].join("."), message: unknownKey(key, knownKeys(path)) }));
    }
    if (value === undefined) return [{ path: path.join("."), message: missing(path) }];
    return [{ path: path.join("."), message: `${quote(path, value)} ${reason(issue)}` }];
}

function missing(path: string[]): string {
    const key = path.join(".");
    return key === "serverName" ? "is missing; run: pulumi config set serverName example.org" : "is missing";
}

function reason(issue: z.core.$ZodIssue): string {
    switch (issue.code) {
        case "invalid_type":
            return `is not ${issue.expected === "int" ? "a whole number" : `of type ${issue.expected}`}`;
        case "invalid_value":
            return `is not one of ${issue.values.map(String).join(", ")}`;
        case "too_small":
            return `is too small; at least ${issue.minimum}`;
        case "too_big":
            return `is too big; at most ${issue.maximum}`;
        case "invalid_union":
            return "is not an IP address";
        case "custom":
            return issue.message;
        case "invalid_format":
            return issue.format === "url" ? "is not a URL, such as https://matrix.example.org" : issue.message;
        default:
            return issue.message;
    }
}

/** A password must not appear in an error message; a certificate would fill it. */
function quote(path: string[], value: unknown): string {
    const hidden = /password|secret|token|^key$/i.test(path.at(-1) ?? "") || (typeof value === "string" && value.includes("\n"));
    return hidden ? "the value given" : JSON.stringify(value);
}

function unknownKey(key: string, known: string[]): string {
    const near = nearest(key, known);
    return `is not a setting; ${near === undefined ? `known here: ${[...known].sort().join(", ")}` : `did you mean ${near}?`}`;
}

function knownKeys(path: string[]): string[] {
    type Node = { properties?: Record<string, Node>; additionalProperties?: Node };
    const node = path.reduce<Node | undefined>(
        (at, key) => at?.properties?.[key] ?? at?.additionalProperties,
        settingsJsonSchema() as Node,
    );
    return Object.keys(node?.properties ?? {});
}
