import assert from "node:assert/strict";
import type { BackupAge } from "../../../scripts/backup/age.ts";
import { asText, duration } from "../../../scripts/cli/status/asText.ts";
import { healthBySelf } from "../../../scripts/cli/status/report.ts";
import { endpointsOf } from "../../../scripts/stack/endpoints.ts";
import type { StoreRun } from "../../../scripts/stack/fileStore.ts";
import { versionOf } from "../../../scripts/stack/versions.ts";

const bound = (bindings: Record<string, string>, HostIp = "127.0.0.1") => ({
    HostConfig: {
        Memory: 0,
        Ulimits: null,
        PortBindings: Object.fromEntries(Object.entries(bindings).map(([internal, HostPort]) => [internal, [{ HostIp, HostPort }]])),
    },
});

describe("endpoints of a component", () => {
    it("have the scheme that it is reached with", () => {
        assert.deepEqual(endpointsOf("homeserver", bound({ "8008/tcp": "9008" })), ["http://127.0.0.1:9008"]);
        assert.deepEqual(endpointsOf("database", bound({ "5432/tcp": "55432" })), ["postgresql://127.0.0.1:55432"]);
        assert.deepEqual(endpointsOf("another", bound({ "53/udp": "53" }, "")), ["udp://0.0.0.0:53"]);
    });

    it("are one range where ports stand beside each other", () => {
        const ports = { "3478/tcp": "3478", "3478/udp": "3478", "100/udp": "100", "101/udp": "101", "102/udp": "102", "104/udp": "104" };
        assert.deepEqual(endpointsOf("relay", bound(ports)), [
            "turn:127.0.0.1:100-102/udp",
            "turn:127.0.0.1:104/udp",
            "turn:127.0.0.1:3478/tcp",
            "turn:127.0.0.1:3478/udp",
        ]);
    });

    it("are none of what publishes nothing", () => assert.deepEqual(endpointsOf("another", bound({})), []));
});

describe("the version of a component", () => {
    const config = (Env: string[], Labels: Record<string, string> = {}) => ({ Config: { Env, Labels } });

    it("is what its image says, before what the image is called", () => {
        assert.equal(versionOf(config(["CADDY_VERSION=v2.11.9"]), "caddy:2"), "2.11.9");
        assert.equal(versionOf(config(["PG_VERSION=15.14-1.pgdg13+1"]), "postgres:15"), "15.14");
        assert.equal(versionOf(config([], { "org.opencontainers.image.version": "4.6.1" }), "coturn:latest"), "4.6.1");
        assert.equal(versionOf(config([]), "registry:5000/coturn:4.6.1"), "4.6.1");
        assert.equal(versionOf(config([]), undefined), null);
    });
});

describe("a span of time", () => {
    for (const [seconds, text] of [
        [0, "0 s"],
        [59, "59 s"],
        [60, "1 min 0 s"],
        [3661, "1 h 1 min"],
        [90000, "1 d 1 h"],
    ] as const) {
        it(`of ${seconds} seconds is ${text}`, () => assert.equal(duration(seconds), text));
    }
});

describe("the files in a store", () => {
    const row = { component: "media", state: "running", health: "healthy", version: "1.163.2", endpoints: [] };
    const line = (store: StoreRun) =>
        asText({ stack: "prod", state: "healthy", components: [{ ...row, store }] })
            .split("\n")
            .at(-1);

    it("are told with what the last run of their job did, or why it failed", () => {
        assert.equal(
            line({ endedSeconds: 12, uploaded: 3, freed: 2, deleted: 1, forgotten: 4 }),
            "media: the last run ended 12 s ago: 3 files uploaded, 2 freed, 1 deleted, 4 kept that nothing refers to",
        );
        assert.equal(
            line({ endedSeconds: 90, fault: "Access Denied" }),
            "media: the last run ended 1 min 30 s ago and failed: Access Denied",
        );
    });

    it("are failing where the last run failed, whatever Docker says", () => {
        assert.equal(healthBySelf("media", { store: { endedSeconds: 1, fault: "Access Denied" } }, {}), "failing");
        assert.equal(healthBySelf("media", { store: { endedSeconds: 1 } }, {}), undefined);
    });
});

describe("the age of backups", () => {
    const line = (backups: BackupAge) =>
        asText({ stack: "prod", state: "healthy", components: [{ ...row, backups }] })
            .split("\n")
            .at(-1);
    const row = { component: "backup", state: "running", health: "healthy", version: "0.14.0", endpoints: [] };

    it("is told, with what to do", () => {
        const verify = "never verified: resource-matrix-synapse content execute --name verify --stack prod";
        assert.equal(line({ storedSeconds: null, verifiedSeconds: null }), `backup: nothing is in the repository yet; ${verify}`);
        assert.equal(
            line({ storedSeconds: 12, verifiedSeconds: 3 * 86_400 }),
            "backup: everything up to 12 s ago is in the repository; verified 3 d 0 h ago",
        );
        assert.equal(
            line({ storedSeconds: 600, verifiedSeconds: null, fault: "dial tcp: connection refused" }),
            `backup: dial tcp: connection refused; everything up to 10 min 0 s ago is in the repository; ${verify}`,
        );
    });

    it("is late where it is more than may be lost", () => {
        const health = (storedSeconds: number | null, backup?: { maxLoss?: number }) =>
            healthBySelf("backup", { backups: { storedSeconds, verifiedSeconds: null } }, { ...(backup && { backup }) });
        assert.deepEqual([health(60), health(61), health(61, { maxLoss: 90 }), health(null)], [undefined, "late", undefined, undefined]);
        assert.equal(healthBySelf("gateway", { backups: { storedSeconds: 1000, verifiedSeconds: null } }, {}), undefined);
    });
});
