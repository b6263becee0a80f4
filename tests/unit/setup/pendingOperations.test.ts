import assert from "node:assert/strict";
import { countByType, type PendingOperation, repairsFor } from "../../../scripts/deployment/pendingOperations.ts";

const pending = (type: PendingOperation["type"], resourceType: string, name = "dev-thing"): PendingOperation => ({
    type,
    resource: { urn: `urn:pulumi:dev::matrix-synapse::${resourceType}::thing`, type: resourceType, inputs: { name } },
});

describe("after a killed update", () => {
    it("a container or network being created is removed, since its name would be in the way", () => {
        const repairs = repairsFor([
            pending("creating", "docker:index/container:Container"),
            pending("creating", "docker:index/network:Network", "dev-net"),
        ]);
        assert.deepEqual(repairs.remove, [
            { kind: "container", name: "dev-thing" },
            { kind: "network", name: "dev-net" },
        ]);
    });

    it("a volume being created is never removed: it may hold data", () => {
        assert.deepEqual(repairsFor([pending("creating", "docker:index/volume:Volume")]), { remove: [], adopt: [], reread: [] });
    });

    it("a role or database being created is adopted by its name", () => {
        const repairs = repairsFor([pending("creating", "postgresql:index/role:Role", "synapse")]);
        assert.deepEqual(
            repairs.adopt.map(({ id }) => id),
            ["synapse"],
        );
    });

    it("a container being deleted is read anew", () => {
        assert.equal(repairsFor([pending("deleting", "docker:index/container:Container")]).reread.length, 1);
    });

    it("says how many of each there were", () => {
        const operations = [
            pending("creating", "random:index/randomPassword:RandomPassword"),
            pending("creating", "x"),
            pending("deleting", "y"),
        ];
        assert.equal(countByType(operations), "2 creating, 1 deleting");
    });
});
