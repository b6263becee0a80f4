/** A stack for two people who call each other; the tests that run while nothing else does share it. */
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "./stack.ts";

export const stackName = "test-call";
export const base = 29000;
// One a call: matrix-js-sdk rings for a room's earlier calls as well, up to a minute old.
export const roomKeys = ["lounge", "hall", "cellar", "attic"] as const;

export const settings = smallStack(base, {
    users: { alice: { displayName: "Alice" }, bob: { displayName: "Bob" } },
    bots: {},
    // A browser takes a relay port for each transport and each of its network addresses, and a closed page's are kept for a while.
    turn: { bind: "127.0.0.1", port: base + 78, tlsPort: base + 79, relayPorts: { min: base + 90, max: base + 129 } },
    rooms: Object.fromEntries(roomKeys.map((key) => [key, { name: key, encrypted: false, members: { alice: 50, bob: 0 } }])),
});

let shared: Promise<StackOutputs> | undefined;

export function callStack(): Promise<StackOutputs> {
    shared ??= (async () => {
        await destroyStack(stackName);
        configure(stackName, settings);
        return plain((await (await openStack(stackName)).up()).outputs);
    })();
    return shared;
}

after(async function () {
    this.timeout(120_000);
    if (shared) await destroyStack(stackName);
});
