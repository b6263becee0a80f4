import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { roles, sharedSettings, sharedStack, stackName } from "../support/sharedStack.ts";
import { configure, openStack, type StackOutputs } from "../support/stack.ts";

/** What a preview would do, as counts by kind; `same` left out. */
async function changes(stack: Stack): Promise<Record<string, number>> {
    const { changeSummary } = await stack.preview();
    const { same: _, ...rest } = changeSummary as Record<string, number>;
    return rest;
}

describe("a stack that is up", function () {
    this.timeout(180_000);
    let stack: Stack;
    let outputs: StackOutputs;
    before(async () => {
        ({ stack, outputs } = await sharedStack());
    });

    it("is healthy in all its containers", () => eventually("all healthy", 30_000, () => allHealthy(stackName, roles.length)));

    it("lets the bot speak and the administrator read", () => botSpeaksAndAdministratorReads(outputs));

    it("has nothing to change", async () => assert.deepEqual(await changes(stack), {}));

    it("has nothing to change in the eyes of another checkout in another folder", async () => {
        const directory = mkdtempSync(join(tmpdir(), "checkout-"));
        try {
            await execa({
                cwd: root,
                shell: true,
            })`git ls-files --cached --others --exclude-standard -z | xargs -0 cp --parents --target-directory ${directory}`;
            symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
            configure(stackName, sharedSettings(), directory);
            assert.deepEqual(await changes(await openStack(stackName, directory)), {});
        } finally {
            rmSync(directory, { recursive: true });
        }
    });

    it("sees no drift in a refresh, and has nothing to change after it", async () => {
        const { summary } = await stack.refresh();
        const { same: _, ...drift } = summary.resourceChanges ?? {};
        assert.deepEqual(drift, {});
        assert.deepEqual(await changes(stack), {});
    });

    it("does nothing when it is brought up again", async () => {
        const before = await containers(stackName);
        const { summary } = await stack.up();
        assert.deepEqual(Object.keys(summary.resourceChanges ?? {}), ["same"]);
        const after = await containers(stackName);
        for (const role of roles) assert.equal(after[role]?.State.StartedAt, before[role]?.State.StartedAt, role);
    });

    it("gives its bots and secrets as secret outputs only", async () => {
        const marked = await stack.outputs();
        const secret = Object.keys(marked)
            .filter((name) => marked[name]?.secret)
            .sort();
        assert.deepEqual(secret, ["adminPassword", "backupPassword", "bots", "databaseUrl", "registrationSharedSecret", "users"]);
    });
});

describe("one changed setting", function () {
    this.timeout(180_000);
    let stack: Stack;
    let outputs: StackOutputs;
    before(async () => {
        ({ stack, outputs } = await sharedStack());
    });

    const changed = sharedSettings({ homeserver: { ...sharedSettings().homeserver, media: { maxUpload: "60M" } } });

    it("is shown by the preview with its old and new value, and replaces Synapse's container alone", async () => {
        configure(stackName, changed);
        const { stdout } = await stack.preview({ diff: true, color: "never" });
        assert.match(stdout, /~ max_upload_size +: "50M" => "60M"/);
        assert.match(stdout, /~ uploads *: \[secret\] => \[secret\]/);
        const { changeSummary } = await stack.preview();
        assert.deepEqual(
            { replace: changeSummary.replace, update: changeSummary.update, create: changeSummary.create },
            // The updates are the component's, whose input shows the file, and the verification, which will run.
            { replace: 1, update: 2, create: undefined },
        );
    });

    it("costs a few seconds of service and touches no other container", async () => {
        configure(stackName, changed);
        const before = await containers(stackName);
        const gap = longestGap(outputs.clientUrl);
        const { summary } = await stack.up();
        const seconds = await gap.stop();
        console.log(`      without service: ${seconds.toFixed(1)} s`);
        assert.ok(seconds > 0, "the watch saw nothing: it did not watch");
        assert.equal(summary.resourceChanges?.replace, 1);
        const after = await containers(stackName);
        for (const role of roles) assert.equal(after[role]?.Id === before[role]?.Id, role !== "homeserver", role);
        await botSpeaksAndAdministratorReads(outputs);
    });
});

describe("an outside change", function () {
    this.timeout(180_000);
    let stack: Stack;
    before(async () => {
        ({ stack } = await sharedStack());
    });

    it("to a container that is gone is found by a refresh and put back", async () => {
        await docker("rm", "--force", `matrix-synapse-${stackName}-gateway`);
        const { summary } = await stack.refresh();
        assert.equal(summary.resourceChanges?.delete, 1);
        await stack.up();
        await allHealthy(stackName, roles.length);
    });
});

/** Asks every 50 ms from now on; the result is the longest time between two answers, in seconds. */
function longestGap(url: string): { stop(): Promise<number> } {
    let running = true;
    const watching = (async () => {
        let last = Date.now();
        let longest = 0;
        let failures = 0;
        while (running) {
            const answer = await fetch(`${url}/_matrix/client/versions`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
            await answer?.text();
            if (answer?.ok) {
                if (failures > 0) longest = Math.max(longest, Date.now() - last);
                failures = 0;
                last = Date.now();
            } else failures += 1;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return longest / 1000;
    })();
    return {
        stop: () => {
            running = false;
            return watching;
        },
    };
}
