/** The language of Pulumi package schemas, as far as this provider needs it. Source: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */

export interface TypeOf {
    type?: "string" | "boolean" | "integer" | "array" | "object";
    /** A type of this schema. */
    $ref?: string;
    items?: TypeOf;
    additionalProperties?: TypeOf;
}

export interface Property extends TypeOf {
    description: string;
    secret?: boolean;
    /** Whether a change makes another resource. */
    replaceOnChanges?: boolean;
}

export interface ResourceSchema {
    description: string;
    inputProperties: Record<string, Property>;
    requiredInputs: string[];
    /** What the state holds: outputs, and those inputs that programs read. */
    properties: Record<string, Property>;
    required: string[];
}

export interface ObjectType {
    description: string;
    type: "object";
    properties: Record<string, Property>;
    required: string[];
}

export interface EnumType {
    description: string;
    type: "string";
    enum: { value: string }[];
}

export interface PackageSchema {
    name: string;
    version: string;
    [key: string]: unknown;
    types: Record<string, ObjectType | EnumType>;
    provider: Omit<ResourceSchema, "properties" | "required">;
    resources: Record<string, ResourceSchema>;
}

export const string: TypeOf = { type: "string" };
export const boolean: TypeOf = { type: "boolean" };
export const integer: TypeOf = { type: "integer" };
export const strings: TypeOf = { type: "array", items: string };
export const levels: TypeOf = { type: "object", additionalProperties: integer };
export const named = (type: string): TypeOf => ({ $ref: `#/types/matrix:index:${type}` });
export const secret = { ...string, secret: true };
export const identity = { ...string, replaceOnChanges: true };

export const withDescription = <T extends TypeOf>(type: T, description: string) => ({ ...type, description });
export const enumeration = (description: string, ...values: string[]): EnumType => ({
    description,
    type: "string",
    enum: values.map((value) => ({ value })),
});

/** @param optional properties that may be absent */
const requiredOf = (properties: Record<string, Property>, optional: string[]) =>
    Object.keys(properties).filter((name) => !optional.includes(name));

export function resource(
    description: string,
    inputProperties: Record<string, Property>,
    optionalInputs: string[],
    properties: Record<string, Property>,
    optional: string[] = [],
): ResourceSchema {
    return {
        description,
        inputProperties,
        requiredInputs: requiredOf(inputProperties, optionalInputs),
        properties,
        required: requiredOf(properties, optional),
    };
}
