/** Several stacks that federate with each other in a network of their own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { authorityIn } from "../../scripts/mesh/authority.ts";
import { meshSettings } from "../../scripts/mesh/server.ts";
import { docker } from "./docker.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "./stack.ts";

type StackName = `test-${string}`;

export interface Mesh {
    /** Name of the Docker network that they meet in. */
    network: string;
    /** PEM of the authority that all their gateways' certificates are from. */
    authority: string;
    /** Settings of one server, with others on top, section by section. */
    settings(server: number, overrides?: Partial<SettingsInput>): Partial<SettingsInput>;
    stackName(server: number): StackName;
    serverName(server: number): string;
    /** Configures and brings up one server; the result is its outputs. */
    up(server: number, overrides?: Partial<SettingsInput>): Promise<StackOutputs>;
    down(): Promise<void>;
}

/**
 * @param name of the mesh: its stacks are test-NAME-1 and so on, its servers 1.NAME.test and so on
 * @param base first port; each server takes a hundred
 * @param subnet of the network, such as 10.95.0.0/24
 */
export async function mesh(name: string, { base, subnet, servers }: { base: number; subnet: string; servers: number }): Promise<Mesh> {
    const network = { name: `matrix-synapse-test-${name}`, subnet };
    const numbers = Array.from({ length: servers }, (_, index) => index + 1);
    const stackName = (server: number): StackName => `test-${name}-${server}`;
    const serverName = (server: number) => `s${server}.${name}.test`;
    const directory = mkdtempSync(join(tmpdir(), "authority-"));
    const authority = await authorityIn(directory);
    rmSync(directory, { recursive: true });

    const settings: Mesh["settings"] = (server, overrides = {}) => {
        const own = meshSettings({ serverName: serverName(server), base: base + 100 * (server - 1) }, network, authority);
        const { images } = smallStack(base);
        const merged: Record<string, unknown> = { ...own, images, bots: {}, rooms: {} };
        for (const [key, value] of Object.entries(overrides)) {
            const before = merged[key];
            merged[key] = typeof before === "object" && typeof value === "object" ? { ...before, ...value } : value;
        }
        return merged as Partial<SettingsInput>;
    };
    const down = async () => {
        await Promise.all(numbers.map((server) => destroyStack(stackName(server))));
        await execa("docker", ["network", "rm", network.name], { reject: false });
    };

    await down();
    await docker("network", "create", "--subnet", subnet, network.name);
    return {
        network: network.name,
        authority: authority.certificate,
        settings,
        stackName,
        serverName,
        down,
        async up(server, overrides) {
            configure(stackName(server), settings(server, overrides));
            return plain((await (await openStack(stackName(server))).up()).outputs);
        },
    };
}
