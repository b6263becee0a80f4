import assert from "node:assert/strict";
import { within } from "../../../scripts/cli/bound.ts";
import { infoOf } from "../../../scripts/cli/info.ts";
import { firstFault, nothingIn } from "../../../scripts/deployment/automation.ts";

describe("what Pulumi says is wrong", () => {
    it("is told in one line, with the faults of settings or host", () => {
        const output =
            "Updating (dev):\n\nDiagnostics:\n  error: This host is not ready; nothing was changed.\n      homeserver.port: port 8008 is in use\n\nResources:";
        assert.equal(firstFault(output), "This host is not ready; nothing was changed. homeserver.port: port 8008 is in use");
    });

    it("is the known way out where there is one", () => {
        assert.match(firstFault("error: the stack is currently locked by 1 lock(s)"), /^another update of this stack is running/);
    });

    it("is above, where no line of it is an error", () => assert.match(firstFault("exit status 255"), /^the lines above say why/));
});

describe("an update", () => {
    it("would do nothing where all stays the same", () => {
        assert.ok(nothingIn({ same: 45 }));
        assert.ok(nothingIn(undefined));
        assert.ok(!nothingIn({ same: 44, update: 1 }));
    });
});

describe("a bound on time", () => {
    it("gives what is done in time", async () => assert.equal(await within(5, "it", async () => 7), 7));

    it("passes failures on", async () => {
        const failing = within(5, "it", () => Promise.reject(new Error("deliberate")));
        await assert.rejects(failing, /deliberate/);
    });

    it("aborts what takes longer, and says what it was", async () => {
        const hanging = within(
            0.01,
            "manage start",
            (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
            {
                graceSeconds: 1,
            },
        );
        await assert.rejects(hanging, /^Failure: manage start was not done within 0\.01 s and was given up$/);
    });

    it("does not wait for what cannot be aborted", async () => {
        await assert.rejects(
            within(0.01, "status", () => new Promise(() => {})),
            /^Failure: status was not done/,
        );
    });
});

describe("info", () => {
    it("names a database of the operator's among what must be there first", () => {
        assert.deepEqual(infoOf({}, "1.0.0").dependencies, ["docker"]);
        assert.deepEqual(infoOf({ database: { host: "db.example.org" } }, "1.0.0").dependencies, ["docker", "postgresql"]);
    });

    it("asks for a few tries at a start, as Docker itself brings back what crashes", () => {
        assert.equal(infoOf({}, "1.0.0").recovery_attempts, 3);
    });
});
