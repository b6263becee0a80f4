import assert from "node:assert/strict";
import { holderOf, type Lock } from "../../../scripts/deployment/locks.ts";

const lock = (fields: Partial<Lock> = {}): Lock => ({
    pid: 4242,
    username: "ann",
    hostname: "here",
    timestamp: "2026-01-02T03:04:05Z",
    ...fields,
});

describe("the holder of a stack's lock", () => {
    it("is alive while its process is a pulumi", () => {
        assert.equal(
            holderOf(lock(), "here", () => "pulumi"),
            "alive",
        );
    });

    it("is gone when there is no such process", () => {
        assert.equal(
            holderOf(lock(), "here", () => undefined),
            "gone",
        );
    });

    it("is gone when its process id went to another program", () => {
        assert.equal(
            holderOf(lock(), "here", () => "bash"),
            "gone",
        );
    });

    it("cannot be judged from another machine, whatever runs here under that number", () => {
        assert.equal(
            holderOf(lock({ hostname: "there" }), "here", () => undefined),
            "elsewhere",
        );
    });
});
