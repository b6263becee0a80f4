import assert from "node:assert/strict";
import {
    asFile,
    type Former,
    formerImages,
    formerOf,
    type Update,
    withImages,
    withRotation,
} from "../../../scripts/deployment/rollback/former.ts";

const update = (startTime: string, result: string, config: Update["config"] = {}, kind = "update"): Update => ({
    kind,
    result,
    startTime,
    config,
});

describe("the settings that an update which failed goes back to", () => {
    it("are those of the last update that ended well", () => {
        const history = [
            update("4", "failed"),
            update("3", "succeeded", {}, "refresh"),
            update("2", "succeeded", { "p:port": { value: "8008", secret: false } }),
            update("1", "succeeded"),
        ];
        assert.deepEqual(formerOf(history), { deployed: "2", config: { "p:port": "8008" }, secretKeys: [] });
    });

    it("are none where no update ended well", () => {
        assert.equal(formerOf([update("1", "failed")]), undefined);
    });

    it("keep structures, and know which sections have a secret in them", () => {
        const config = { "p:database": { value: '{"password":"p"}', objectValue: { password: "p" }, secret: true } };
        assert.deepEqual(formerOf([update("1", "succeeded", config)]), {
            deployed: "1",
            config: { "p:database": { password: "p" } },
            secretKeys: ["p:database"],
        });
    });
});

describe("the secrets after an update which failed", () => {
    const keys = { rotation: "p:rotation", bots: "p:bots" };
    const former: Former = { deployed: "", config: { "p:bots": { notifier: {} }, "p:rotation": { formSecret: 2 } }, secretKeys: [] };

    it("are the latest: the database, for one, takes the one before no more", () => {
        const now = { formSecret: 3, databasePassword: 2, bots: { notifier: 2, declaredSince: 2 } };
        assert.deepEqual(withRotation(former, keys, now).config["p:rotation"], { ...now, bots: { notifier: 2 } });
    });

    it("are the first where none was ever rotated", () => {
        assert.deepEqual(withRotation(former, keys, undefined), former);
    });
});

describe("the images that an update which failed goes back to", () => {
    const known = ["registry:5000/synapse:1", "registry:5000/synapse:2", "caddy:1", "caddy:2"];

    it("are the part's own that nothing uses any more, and what the other parts run", () => {
        const used = { synapse: "registry:5000/synapse:2", caddy: "caddy:1" };
        assert.deepEqual(formerImages(known, used, ["synapse"]), { synapse: "registry:5000/synapse:1", caddy: "caddy:1" });
    });

    it("stay where another settings' change has failed, or no single image was there before", () => {
        assert.deepEqual(formerImages(["caddy:1"], { caddy: "caddy:1" }, ["caddy"]), { caddy: "caddy:1" });
        assert.deepEqual(formerImages(["caddy:1", "caddy:2", "caddy:3"], { caddy: "caddy:3" }, ["caddy"]), { caddy: "caddy:3" });
    });

    it("give way to what the settings named", () => {
        const former: Former = { deployed: "", config: { "p:images": { caddy: "mine:1" } }, secretKeys: [] };
        assert.deepEqual(withImages(former, "p:images", { caddy: "caddy:1", synapse: "s:1" }).config, {
            "p:images": { caddy: "mine:1", synapse: "s:1" },
        });
    });
});

describe("the stack's file that an update which failed goes back to", () => {
    const former: Former = {
        deployed: "",
        config: {
            "p:name": "localhost",
            "p:token": "t",
            "p:users": { alice: { password: "a", admin: true }, bob: { displayName: "Bob" } },
        },
        secretKeys: ["p:token", "p:users"],
    };
    const current = {
        encryptionsalt: "v1:salt",
        config: { "p:users": { alice: { password: { secure: "…" } }, bob: { displayName: "B" } } },
    };

    it("has no secret in it, and all that the present file has besides settings", () => {
        const { text } = asFile(former, current);
        assert.equal(
            text,
            "encryptionsalt: v1:salt\nconfig:\n  p:name: localhost\n  p:users:\n    alice:\n      admin: true\n    bob:\n      displayName: Bob\n",
        );
    });

    it("gets its secrets apart, each by its path", () => {
        assert.deepEqual(asFile(former, current).secrets, [
            { key: "p:token", path: [], value: "t" },
            { key: "p:users", path: ["alice", "password"], value: "a" },
        ]);
    });
});
