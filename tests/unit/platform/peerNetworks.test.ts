import assert from "node:assert/strict";
import { rangeFaults } from "../../../components/platform/docker/peerNetworks.ts";

describe("ranges of peers", () => {
    it("may lie beside the stack's own network, of either family", () => {
        assert.deepEqual(rangeFaults(["10.94.0.0/24", "fd00:1::/64"], ["172.19.0.0/16", "fd00:2::/64"]), []);
    });

    for (const [title, peers] of [
        ["take in the stack's own network", "172.16.0.0/12"],
        ["are a part of it", "172.19.7.0/24"],
        ["are everything", "0.0.0.0/0"],
    ] as const) {
        it(`are refused where they ${title}`, () => {
            assert.deepEqual(rangeFaults(["10.94.0.0/24", peers], ["172.19.0.0/16"]), [
                `federation.privatePeers.1: ${peers} takes in this stack's own network 172.19.0.0/16, and so its database; name the peers' own range`,
            ]);
        });
    }
});
