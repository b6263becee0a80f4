import assert from "node:assert/strict";
import { serversFrom, summary } from "../../../scripts/mesh/mesh.ts";
import { takerOf } from "../../../scripts/mesh/network.ts";
import { meshContent, namedServer } from "../../../scripts/mesh/server.ts";
import { stackFileText } from "../../../scripts/mesh/stackFile.ts";

const three = [1, 2, 3].map((number) => namedServer(number));

describe("A mesh", () => {
    it("has two servers unless told otherwise, and at most nine", () => {
        assert.deepEqual([undefined, "", "1", "9"].map(serversFrom), [2, 2, 1, 9]);
        for (const text of ["0", "10", "-1", "two", "2.5", " 2"]) {
            assert.throws(() => serversFrom(text), new RegExp(`SERVERS=${text}: a mesh has 1 to 9 servers`));
        }
    });

    it("gives each server a name, a person, a stack and a hundred ports", () => {
        assert.deepEqual(three[1], { serverName: "two.mesh.test", base: 10_100, stack: "mesh-2", person: "bob" });
        assert.throws(() => namedServer(10), /a mesh has 1 to 9 servers/);
    });

    it("has one room, in the first server, that people of all are asked into", () => {
        const [first, second] = three.map((server) => meshContent(server, three));
        assert.deepEqual(first?.rooms?.mesh.members, { alice: 50, "@bob:two.mesh.test": 0, "@carol:three.mesh.test": 0 });
        assert.equal(second?.rooms, undefined);
        assert.deepEqual(second?.users, { bob: { displayName: "Bob" } });
    });

    it("finds who has a range already", () => {
        const others = [
            { name: "interface tun0", ranges: ["10.0.0.5/8"] },
            { name: "bridge", ranges: ["172.17.0.0/16", "fd00::/64"] },
        ];
        assert.equal(takerOf("10.94.0.0/24", others), "interface tun0");
        assert.equal(takerOf("192.168.7.0/24", others), undefined);
    });

    it("writes a file of settings that keeps the salt Pulumi put there", () => {
        const text = stackFileText("mesh-2", { serverName: "two.mesh.test" }, { encryptionsalt: "v1:salt" });
        assert.match(
            text,
            /^# yaml-language-server: .*\n# A server of `make mesh` \(stack mesh-2\).*\nencryptionsalt: v1:salt\nconfig:\n {2}matrix-synapse:serverName: two\.mesh\.test\n$/,
        );
    });

    it("says at the end where each server is, who may sign in, and which room is shared", () => {
        const text = summary(three, 61_000);
        assert.match(text, /3 servers that federate with each other \[1 min 1 s\]/);
        assert.match(text, / {2}two\.mesh\.test {4}http:\/\/localhost:10108 {2}@bob:two\.mesh\.test {6}stack mesh-2\n/);
        assert.match(text, /#mesh:one\.mesh\.test/);
    });
});
