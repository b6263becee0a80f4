/** Restores that do not come to their end: on a disk that is full, killed, interrupted. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { BackupStack, backedUpAndLost } from "../support/backupStack.ts";
import { record } from "../support/reliability.ts";
import { withSmallVolume } from "../support/smallVolumes.ts";

const stackName = "test-restores";
const base = 20700;

describe("a restore", function () {
    this.timeout(300_000);
    const stack = new BackupStack(stackName, base);

    before(() => backedUpAndLost(stack));
    after(() => stack.removeAll());

    it("onto a disk that is full, whichever part fills it, leaves nothing", async () => {
        for (const [role, megabytes] of [
            ["media", 3],
            ["restoring", 12],
            ["postgres", 12],
        ] as const) {
            const volume = `matrix-synapse-${stackName}-${role}`;
            await withSmallVolume(volume, megabytes, (environment) =>
                stack.refusedRestore(
                    {},
                    /^the disk of the Docker host is full \(.*no space left.*\); make room, and restore again$/i,
                    environment,
                ),
            );
        }
    });

    it("that is killed at any moment is taken away by the next, and nothing runs on what it left", async () => {
        const kept: string[] = [];
        const moments: [RegExp, number][] = [
            [/^Restoring the media/m, 600],
            [/^Restoring the database/m, 1200],
            [/^Restoring the stack's state/m, 300],
        ];
        for (const [moment, milliseconds] of moments) {
            const { all } = await stack.restoreUntil(moment, async (restoring) => {
                await sleep(milliseconds);
                restoring.kill("SIGKILL");
            });
            kept.push(all);
        }
        for (const said of kept.slice(1)) assert.match(said, /^Removing what an earlier restore left that did not end$/m);
        const { exitCode, all } = await stack.run("make", "up");
        assert.notEqual(exitCode, 0, all);
        assert.match(all, /^ *a restore of stack test-restores runs, or was killed half-way \(volume \S+\): wait for it, or/m);
    });

    it("that is interrupted takes away what it made", async () => {
        for (const [moment, signal] of [
            [/^Restoring the database/m, "SIGINT"],
            [/^Restoring the stack's state/m, "SIGTERM"],
        ] as const) {
            const { exitCode, all } = await stack.restoreUntil(moment, (restoring) => restoring.kill(signal));
            assert.equal(exitCode, 1, all);
            assert.match(all, new RegExp(`^interrupted \\(${signal}\\)$`, "m"));
            await stack.assertGone();
        }
    });

    it("is whole all the same when it comes to its end", async () => {
        const { exitCode, all } = await stack.restore();
        assert.equal(exitCode, 0, all);
        assert.match(all, /Media +1, each with its file/);
        record({
            tried: "restores that ended early: full disk, SIGKILL, SIGINT, SIGTERM",
            times: 8,
            lost: 0,
            seen: "nothing stayed or ran half restored; the next one was whole",
        });
    });
});
