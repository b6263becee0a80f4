/** JSON Schema of a stack's file, such as Pulumi.dev.yaml, for editors. Pure. */
import { z } from "zod";
import { isSecret } from "./meant.ts";
import { settingsSchema } from "./schema/index.ts";

export interface Node {
    type?: string | string[];
    description?: string;
    default?: unknown;
    deprecated?: boolean;
    properties?: Record<string, Node>;
    additionalProperties?: Node | boolean;
    items?: Node;
    anyOf?: Node[];
    required?: string[];
    [key: string]: unknown;
}

/** The settings as JSON Schema, which names the keys known at a path. */
export function settingsJsonSchema(): Node {
    return z.toJSONSchema(settingsSchema, { io: "input" }) as Node;
}

/** Values that are written in another way than they are meant, as meant.ts takes them. */
const $defs: Record<string, Node> = {
    secret: {
        description: "Encrypted by pulumi config set --secret.",
        type: "object",
        properties: { secure: { type: "string" } },
        required: ["secure"],
        additionalProperties: false,
    },
    digits: { description: "A whole number in quotes.", type: "string", pattern: "^-?(0|[1-9][0-9]{0,14})$" },
    truth: { description: "In quotes, as pulumi config set writes it.", enum: ["true", "false"] },
};

export function stackFileJsonSchema(project: string): object {
    const { $schema, properties = {}, required } = settingsJsonSchema();
    const sections = Object.entries(properties).map(([key, node]) => [key, asWritten(node, [key], !required?.includes(key))] as const);
    const config = Object.fromEntries(sections.map(([key, node]) => [`${project}:${key}`, node]));
    // Pulumi takes a key without the project's name for the project's own.
    const short = Object.fromEntries(sections.map(([key]) => [key, { $ref: `#/properties/config/properties/${project}:${key}` }]));
    const anyOf = [`${project}:serverName`, "serverName"].map((key) => ({ required: [key] }));
    return { $schema, $defs, type: "object", properties: { config: { type: "object", properties: { ...config, ...short }, anyOf } } };
}

/** @param optional whether it may be empty, which stands for "not given" */
function asWritten(node: Node, path: string[], optional: boolean): Node {
    const { properties, additionalProperties, items, required } = node;
    if (properties ?? additionalProperties ?? items) {
        return {
            ...node,
            ...(typeof node.type === "string" && optional && { type: [node.type, "null"] }),
            ...(properties && {
                properties: Object.fromEntries(
                    Object.entries(properties).map(([key, child]) => [key, asWritten(child, [...path, key], !required?.includes(key))]),
                ),
            }),
            // An entry without settings is one (alice:), a member without a level is none.
            ...(typeof additionalProperties === "object" && {
                additionalProperties: asWritten(additionalProperties, [...path, "*"], additionalProperties.type === "object"),
            }),
            ...(items && { items: asWritten(items, [...path, "*"], false) }),
        };
    }
    // Anything at all.
    if (Object.keys(node).every((key) => key === "description")) return node;
    const { description, default: fallback, deprecated, ...value } = node;
    const also = [
        ...(value.type === "string" && !value.enum && !isSecret(path) ? [{ type: "integer" }] : []),
        ...(value.type === "integer" ? [{ $ref: "#/$defs/digits" }] : []),
        ...(value.type === "boolean" ? [{ $ref: "#/$defs/truth" }] : []),
        ...(optional ? [{ type: "null" }] : []),
        { $ref: "#/$defs/secret" },
    ];
    return {
        ...(description !== undefined && { description }),
        ...(fallback !== undefined && { default: fallback }),
        ...(deprecated && { deprecated }),
        anyOf: [value, ...also],
    };
}
