import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { HostPort } from "../../../components/parts.ts";
import { type DockerHost, publishedPorts } from "../../../components/platform/docker/engine.ts";
import { portFaults } from "../../../components/platform/docker/portCheck.ts";
import { socketInodes } from "../../../components/platform/docker/portHolder.ts";

const host = (containers: DockerHost["containers"] = []): DockerHost => ({ local: true, dataDirectory: "/", containers });
const wanted = (port: number, protocol: "tcp" | "udp" = "tcp"): HostPort => ({
    setting: "homeserver.port",
    port,
    protocol,
    bind: "127.0.0.1",
});

describe("the port check", () => {
    it("names the process that has a TCP port", async () => {
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address() as AddressInfo;
        const faults = await portFaults([wanted(port)], host(), "stack");
        server.close();
        assert.equal(faults.length, 1);
        assert.match(faults[0] ?? "", new RegExp(`^homeserver\\.port: port ${port}/tcp is in use by .+ \\(pid ${process.pid}\\)$`));
    });

    it("names the process that has a UDP port", async () => {
        const socket = createSocket("udp4").bind(0, "127.0.0.1");
        await once(socket, "listening");
        const faults = await portFaults([wanted(socket.address().port, "udp")], host(), "stack");
        socket.close();
        assert.match(faults[0] ?? "", new RegExp(`/udp is in use by .+ \\(pid ${process.pid}\\)$`));
    });

    it("lets a part take over another's port unless that is given up too late", async () => {
        const at = (part: string) =>
            host([{ name: `stack-${part}`, stack: "stack", published: [{ address: "127.0.0.1", port: 8008, protocol: "tcp" }] }]);
        assert.deepEqual(await portFaults([{ ...wanted(8008), setting: "database.port" }], at("homeserver"), "stack"), [
            "database.port: port 8008/tcp is in use by this stack's own homeserver, which gives it up only after the database has started; change the homeserver's port first, run pulumi up, then change this one",
        ]);
        assert.equal((await portFaults([wanted(8008)], at("gateway"), "stack")).length, 1);
        assert.deepEqual(await portFaults([wanted(8008)], at("database"), "stack"), []);
        assert.deepEqual(await portFaults([wanted(8008)], at("homeserver"), "stack"), []);
        assert.deepEqual(await portFaults([{ ...wanted(8008), setting: "turn.tlsPort" }], at("gateway"), "stack"), []);
    });

    it("names the container that publishes it", async () => {
        const containers = [{ name: "other", stack: "", published: [{ address: "0.0.0.0", port: 8008, protocol: "tcp" }] }];
        assert.deepEqual(await portFaults([wanted(8008)], host(containers), "stack"), [
            "homeserver.port: port 8008/tcp is in use by container other",
        ]);
    });

    it("lets a stack keep the ports it has", async () => {
        const containers = [{ name: "ours", stack: "stack", published: [{ address: "127.0.0.1", port: 8008, protocol: "tcp" }] }];
        assert.deepEqual(await portFaults([wanted(8008)], host(containers), "stack"), []);
    });

    it("says so where the address is none of this host's", async () => {
        const faults = await portFaults([{ ...wanted(8008), setting: "gateway.bind", bind: "203.0.113.1" }], host(), "stack");
        assert.deepEqual(faults, ["gateway.bind: port 8008/tcp cannot be published: 203.0.113.1 is no address of this host"]);
    });

    it("reports a range of ports once", async () => {
        const containers = [{ name: "other", stack: "", published: publishedPorts("0.0.0.0:10-20->10-20/udp") }];
        const range = [10, 11, 12].map((port) => ({ ...wanted(port, "udp"), setting: "turn.relayPorts" }));
        assert.equal((await portFaults(range, host(containers), "stack")).length, 1);
    });
});

describe("Docker's list of published ports", () => {
    it("is read with ranges, IPv6 and ports that are not published", () => {
        assert.deepEqual(publishedPorts("0.0.0.0:8448->8448/tcp, :::8448->8448/tcp, 127.0.0.1:1-2->1-2/udp, 5432/tcp"), [
            { address: "0.0.0.0", port: 8448, protocol: "tcp" },
            { address: "::", port: 8448, protocol: "tcp" },
            { address: "127.0.0.1", port: 1, protocol: "udp" },
            { address: "127.0.0.1", port: 2, protocol: "udp" },
        ]);
    });

    it("is empty where nothing is", () => assert.deepEqual(publishedPorts(""), []));
});

describe("the kernel's table of sockets", () => {
    it("gives listening sockets only", () => {
        const line = (port: string, state: string, inode: string) =>
            `   0: 0100007F:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1`;
        const table = ["  sl  local_address ...", line("1F48", "0A", "11"), line("1F48", "01", "12"), line("1F49", "0A", "13")].join("\n");
        assert.deepEqual(socketInodes(table, 8008, "tcp"), ["11"]);
    });
});
