/** What a stack would register, from a real preview of a stack that does not exist yet. */
import { execa } from "execa";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { root } from "../../scripts/project/checkout.ts";
import { configure, openStack, pulumiEnvironment } from "./stack.ts";

export interface PreviewedResource {
    type: string;
    name: string;
    protect: boolean;
    deletedWith?: string;
    inputs: Record<string, unknown>;
}

/** Sorted by type and name. Secrets are masked by the CLI, and what is known only later is left out. */
export async function previewedResources(stackName: `test-${string}`, settings: Partial<SettingsInput>): Promise<PreviewedResource[]> {
    configure(stackName, settings);
    const stack = await openStack(stackName);
    try {
        const { stdout } = await execa("pulumi", ["preview", "--json", "--stack", stackName], { cwd: root, env: pulumiEnvironment() });
        const steps = JSON.parse(stdout).steps as {
            newState: { type: string; urn: string; protect?: boolean; deletedWith?: string; inputs?: object };
        }[];
        return steps
            .map(({ newState }) => newState)
            .filter(({ type }) => type !== "pulumi:pulumi:Stack")
            .map(({ type, urn, protect = false, deletedWith, inputs = {} }) => ({
                type,
                name: nameOf(urn),
                protect,
                ...(deletedWith ? { deletedWith: nameOf(deletedWith) } : {}),
                inputs: known(inputs) as Record<string, unknown>,
            }))
            .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
    } finally {
        await stack.workspace.removeStack(stackName);
    }
}

function nameOf(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

/** Stands in a preview for a value that only the real thing has. Source: pulumi/sdk/go/common/resource/plugin/rpc.go */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function known(node: unknown): unknown {
    if (node === unknownValue) return "(known later)";
    if (Array.isArray(node)) return node.map(known);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
        Object.entries(node)
            .filter(([key]) => key !== "__defaults")
            .map(([key, value]) => [key, known(value)]),
    );
}
