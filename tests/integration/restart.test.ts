/** A change that replaces the homeserver, while clients are at work. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "../support/docker.ts";
import { Traffic } from "../support/restart/traffic.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-restart";
const base = 24_200;
const homeserver = `matrix-synapse-${stackName}-homeserver`;

describe("a restart of the homeserver", function () {
    this.timeout(300_000);
    let outputs: StackOutputs;

    const settings = (maxUpload: string) => {
        const small = smallStack(base, { bots: { notifier: { unlimited: true } } });
        return { ...small, homeserver: { ...small.homeserver, media: { maxUpload } } };
    };
    const up = async (maxUpload: string) => {
        configure(stackName, settings(maxUpload));
        return plain((await (await openStack(stackName)).up()).outputs);
    };
    const traffic = () =>
        Traffic.start({
            ...{ port: base + 43, federationPort: base + 48, authority: outputs.certificateAuthority },
            accessToken: outputs.bots.notifier?.accessToken ?? "",
            login: { user: outputs.adminUserId, password: outputs.adminPassword },
        });

    /** Nothing failed, and every client was given every message once. */
    function assertNothingFailed({ tallies, sent, received }: Traffic): void {
        for (const [kind, { answered, failed, longest }] of tallies)
            console.log(`      ${kind}: ${answered} answered, ${failed.length} failed, longest wait ${(longest / 1000).toFixed(1)} s`);
        assert.deepEqual(
            [...tallies].flatMap(([kind, { failed }]) => failed.map((why) => `${kind}: ${why}`)),
            [],
        );
        assert.equal(new Set(sent).size, sent.length);
        for (const events of received) assert.deepEqual(events.toSorted(), sent.toSorted());
    }

    before(async () => {
        await destroyStack(stackName);
        outputs = await up("50M");
    });
    after(() => destroyStack(stackName));

    it("by a changed setting fails no request of its clients, and repeats none that writes", async () => {
        const before = await docker("inspect", "--format", "{{.Id}}", homeserver);
        const clients = await traffic();
        await sleep(3000);
        await up("40M");
        await sleep(3000);
        await clients.stop();
        assert.notEqual(await docker("inspect", "--format", "{{.Id}}", homeserver), before);
        assertNothingFailed(clients);
    });

    it("by hand fails none, either", async () => {
        const clients = await traffic();
        await sleep(2000);
        await docker("restart", homeserver);
        await sleep(10_000);
        await clients.stop();
        assertNothingFailed(clients);
    });
});
