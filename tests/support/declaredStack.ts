/** What the whole program declares, on mocks. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { declared, registrations, settled, startMocks } from "./mocks.ts";

export type Outputs = typeof import("../../index.ts");

export const containerType = "docker:index/container:Container";

let declarations = 0;

/** What index.ts declares for some settings; the result is its outputs. */
export async function declareStack(overrides: Partial<SettingsInput> = {}): Promise<Outputs> {
    await startMocks();
    const settings = { serverName: "example.org", ...overrides };
    pulumi.runtime.setAllConfig(
        Object.fromEntries(
            Object.entries(settings).map(([key, value]) => [
                `matrix-synapse:${key}`,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        ),
    );
    // A module runs once for each address it is imported by.
    const outputs = await import(`../../index.ts?${declarations++}`);
    await settled();
    return outputs;
}

export interface ContainerInputs {
    name: string;
    image: string;
    user: string;
    envs?: string[];
    command?: string[];
    uploads: { file: string; content: unknown; permissions: string; owner?: string; group?: string }[];
    ports?: { internal: number; external: number; ip: string; protocol: string }[];
    capabilities: { drops: string[]; adds?: string[] };
    [key: string]: unknown;
}
export const container = (name: string) => declared(containerType, name).inputs as ContainerInputs;
/** All of them; there is always one. */
export const containers = () => {
    const found = registrations.filter(({ type }) => type === containerType).map(({ inputs }) => inputs as ContainerInputs);
    assert.ok(found.length > 0, "no container was declared");
    return found;
};
