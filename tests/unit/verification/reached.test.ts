import assert from "node:assert/strict";
import { reachedAt } from "../../../scripts/checks/reached.ts";

describe("where this machine reaches what a stack publishes", () => {
    it("is the address itself, or loopback for all of them", () => {
        for (const [bind, address] of [
            ["127.0.0.1", "127.0.0.1"],
            ["192.0.2.1", "192.0.2.1"],
            ["0.0.0.0", "127.0.0.1"],
            ["", "127.0.0.1"],
            ["::", "::1"],
        ] as const) {
            assert.deepEqual(reachedAt(bind, undefined), { address }, bind);
            assert.deepEqual(reachedAt(bind, "unix:///run/user/1000/docker.sock"), { address }, bind);
        }
    });

    it("is this machine too where a VM forwards its ports, which is not certain", () => {
        assert.deepEqual(reachedAt("0.0.0.0", "unix:///var/run/docker.sock", "docker-desktop"), {
            address: "127.0.0.1",
            elsewhere: "docker-desktop",
        });
        assert.deepEqual(reachedAt("127.0.0.1", undefined, "lima"), { address: "127.0.0.1", elsewhere: "lima" });
    });

    it("is the other machine, where Docker is there, but not its loopback", () => {
        assert.deepEqual(reachedAt("0.0.0.0", "ssh://me@docker.example.org:22"), {
            address: "docker.example.org",
            elsewhere: "docker.example.org",
        });
        assert.deepEqual(reachedAt("0.0.0.0", "tcp://[2001:db8::1]:2376").address, "2001:db8::1");
        assert.deepEqual(reachedAt("192.0.2.1", "tcp://198.51.100.1:2376"), { address: "192.0.2.1", elsewhere: "198.51.100.1" });
        assert.deepEqual(reachedAt("127.0.0.1", "ssh://docker.example.org"), { elsewhere: "docker.example.org" });
    });
});
