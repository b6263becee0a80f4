/** Every single setting, by its path: `*` stands for any key, `[]` for any element of a list. */
import { readFileSync } from "node:fs";
import { root } from "../../scripts/project/checkout.ts";

interface Node {
    properties?: Record<string, Node>;
    additionalProperties?: Node | boolean;
    items?: Node;
    anyOf?: Node[];
    deprecated?: boolean;
}

/** Of docs/stack.schema.json, without what has no effect any more. */
export function settingLeaves(): string[] {
    const schema = JSON.parse(readFileSync(`${root}/docs/stack.schema.json`, "utf8"));
    const sections: Record<string, Node> = schema.properties.config.properties;
    // Each stands there with the project's name and without it.
    const named = Object.entries(sections).filter(([key]) => key.includes(":"));
    return named.flatMap(([key, node]) => leavesBelow(node, key.replace(/^[^:]*:/, "")));
}

function leavesBelow(node: Node, path: string): string[] {
    if (node.deprecated) return [];
    // Beside a value that is written in another way, such as nothing for {}.
    const structured = node.anyOf?.find(({ properties, additionalProperties, items }) => properties ?? additionalProperties ?? items);
    if (structured) return leavesBelow(structured, path);
    if (node.properties) return Object.entries(node.properties).flatMap(([key, child]) => leavesBelow(child, `${path}.${key}`));
    if (typeof node.additionalProperties === "object") return leavesBelow(node.additionalProperties, `${path}.*`);
    return node.items ? leavesBelow(node.items, `${path}[]`) : [path];
}
