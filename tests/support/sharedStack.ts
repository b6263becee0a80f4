/** One stack for all files of a run: brought up by the first that asks, destroyed when all are done. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { wantedParts } from "../../components/parts.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { removeRepository, repositoryDirectory } from "./backup.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "./stack.ts";

export const stackName = "test-integration";
export const base = 18000;
const repository = repositoryDirectory();
/** Names of its parts. Those of monitoring, which would slow down every test, have a stack of their own. */
export const roles = wantedParts({ backup: { repository } })
    .map(({ name }) => name)
    .sort();

/** With a way in through a proxy on this machine, one for plain HTTP, and backups. */
export function sharedSettings(overrides: Partial<SettingsInput> = {}): Partial<SettingsInput> {
    const { gateway, ...rest } = smallStack(base);
    return { ...rest, gateway: { ...gateway, httpPort: base + 80, trustedProxies: ["127.0.0.1"] }, backup: { repository }, ...overrides };
}

let shared: Promise<{ stack: Stack; outputs: StackOutputs }> | undefined;

export function sharedStack(): Promise<{ stack: Stack; outputs: StackOutputs }> {
    shared ??= (async () => {
        await destroyStack(stackName);
        configure(stackName, sharedSettings());
        const stack = await openStack(stackName);
        return { stack, outputs: plain((await stack.up()).outputs) };
    })();
    return shared;
}

after(async function () {
    this.timeout(120_000);
    if (shared) await destroyStack(stackName);
    await removeRepository(repository);
});
