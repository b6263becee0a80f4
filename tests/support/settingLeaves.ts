/** Every single setting, by its path: `*` stands for any key, `[]` for any element of a list. */
import { readFileSync } from "node:fs";
import { root } from "../../scripts/project/checkout.ts";

interface Node {
    properties?: Record<string, Node>;
    additionalProperties?: Node | boolean;
    items?: Node;
    deprecated?: boolean;
}

/** Of docs/stack.schema.json, without what has no effect any more. */
export function settingLeaves(): string[] {
    const schema = JSON.parse(readFileSync(`${root}/docs/stack.schema.json`, "utf8"));
    const sections: Record<string, Node> = schema.properties.config.properties;
    return Object.entries(sections).flatMap(([key, node]) => leavesBelow(node, key.replace(/^[^:]*:/, "")));
}

function leavesBelow(node: Node, path: string): string[] {
    if (node.deprecated) return [];
    if (node.properties) return Object.entries(node.properties).flatMap(([key, child]) => leavesBelow(child, `${path}.${key}`));
    if (typeof node.additionalProperties === "object") return leavesBelow(node.additionalProperties, `${path}.*`);
    return node.items ? leavesBelow(node.items, `${path}[]`) : [path];
}
