import assert from "node:assert/strict";
import { ownNetworkName } from "../../../components/platform/docker/labels.ts";
import { nameFaults, rangeFaults } from "../../../components/platform/docker/peerNetworks.ts";

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

describe("the name of a network that servers meet in", () => {
    it("may be any that begins with a letter", () => {
        for (const network of [undefined, "a", "A", "matrix-synapse-mesh", "zoo"])
            assert.deepEqual(nameFaults(network, ownNetworkName("matrix-synapse-dev", network)), [], network);
    });

    it("is refused where the stack's own network cannot come before it", () => {
        assert.deepEqual(nameFaults("0-a", ownNetworkName("matrix-synapse-dev", "0-a")), [
            "federation.network: 0-a comes before this stack's own network 0-matrix-synapse-dev in the order of names, so Docker would publish the homeserver's plain port in it; use a network whose name begins with a letter",
        ]);
    });
});
