import assert from "node:assert/strict";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import { ownNetworkName } from "../../components/platform/docker/labels.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { isHeard, logOf, personOf, profileOf, refusal, upTogether } from "../support/acrossServers.ts";
import { type NameServer, nameServer } from "../support/dns/dns.ts";
import { docker, eventually } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { type Mesh, mesh } from "../support/mesh.ts";
import { openStack, type StackOutputs } from "../support/stack.ts";

/** Its ports lie between those of federationControls. */
const base = 25204;
const byFile = "s1.delegation.test";
const byName = "s2.delegation.test";
const withPort = "s3.delegation.test:25452";

/** Every server has a room that anybody may join. */
const meetingRoom: Partial<SettingsInput> = { rooms: { meet: { joinRule: "public", encrypted: false } } };

describe("a server is found by others", function () {
    this.timeout(240_000);
    let meeting: Mesh;
    let outputs: StackOutputs[];
    let [ann, bob, carol] = [] as unknown as [MatrixClient, MatrixClient, MatrixClient];
    let began: number;
    let names: NameServer | undefined;
    const started: string[] = [];

    before(async () => {
        began = Date.now();
        meeting = await mesh("delegation", { base, subnet: "10.25.1.0/24", servers: 3 });
        outputs = await upTogether(meeting, [
            meetingRoom,
            { ...meetingRoom, federation: { delegation: "srv" } },
            { ...meetingRoom, serverName: withPort, gateway: { host: "s3.delegation.test" } },
        ]);
        [ann, bob, carol] = (await Promise.all(outputs.map(personOf))) as [MatrixClient, MatrixClient, MatrixClient];
    });
    after(async () => {
        await names?.stop();
        for (const container of started) await execa("docker", ["rm", "--force", container], { reject: false });
        await meeting.down();
        console.log(`      federationDelegation: ${Math.round((Date.now() - began) / 1000)} s`);
    });

    const container = (server: number, role: string) => `matrix-synapse-${meeting.stackName(server)}-${role}`;
    const wellKnown = async (server: number, host: string) =>
        (await askGateway(base + 100 * (server - 1) + 43, "/.well-known/matrix/server", meeting.authority, host)).status;
    /** @throws unless the gateway's certificate is for the host */
    const proves = (server: number, host: string) =>
        askGateway(base + 100 * (server - 1) + 48, "/_matrix/key/v2/server", meeting.authority, host);

    /** The guest's server finds the host's, which answers with what it says afterwards. */
    async function meet(guest: MatrixClient, host: MatrixClient, serverName: string): Promise<void> {
        const roomId = await guest.joinRoom(`#meet:${serverName}`);
        await isHeard(guest, roomId, [host]);
        await isHeard(host, roomId, [guest]);
    }

    it("by the well-known file, at a host of another name", async () => {
        assert.deepEqual(outputs[0]?.wellKnown.server, { "m.server": `matrix.${byFile}:8448` });
        assert.equal(await wellKnown(1, byFile), 200);
        await proves(1, `matrix.${byFile}`);
        await meet(carol, ann, byFile);
    });

    it("by the port in its name", async () => {
        await proves(3, "s3.delegation.test");
        await meet(ann, carol, withPort);
    });

    it("by an SRV record, which the output `delegation` names, while its own name leads elsewhere", async () => {
        const { dns } = (outputs[1] as unknown as { delegation: { dns: string[] } }).delegation;
        assert.deepEqual(dns, [`_matrix-fed._tcp.${byName}. 3600 IN SRV 10 0 8448 matrix.${byName}.`]);
        // Its own network too, where its homeserver looks for the database.
        const networks = [meeting.network, ownNetworkName(`matrix-synapse-${meeting.stackName(3)}`, meeting.network)];
        names = await nameServer("matrix-synapse-test-delegation-dns", byName, dns, networks, "10.25.1.53");
        await names.serve(container(3, "homeserver"));
        assert.equal(await wellKnown(2, byName), 404);
        await proves(2, byName);
        await meet(carol, bob, byName);
        assert.match(await names.log(), new RegExp(`query\\[SRV\\] _matrix-fed\\._tcp\\.${byName}`));
    });

    it("by its name alone, at port 8448, without a well-known file", async () => {
        await meeting.up(2, { ...meetingRoom, federation: { delegation: "none" } });
        assert.equal(await wellKnown(2, byName), 404);
        await proves(2, byName);
        await meet(ann, bob, byName);
    });

    it("and a preview has nothing to change afterwards", async () => {
        const { changeSummary } = await (await openStack(meeting.stackName(2))).preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    /** What openssl says after a handshake that ended well; after another one it says (NONE). */
    const agreed = /Cipher is [A-Z]/;

    /** A TLS server of one version in the meeting network, with a certificate that nobody trusts. */
    async function peerOf(version: "tls1_1" | "tls1_2"): Promise<string> {
        const host = `${version.replaceAll("_", "")}.delegation.test`;
        const place = ["--name", `matrix-synapse-test-${host}`, "--network", meeting.network, "--network-alias", host];
        const key = "openssl req -x509 -newkey rsa:2048 -noenc -subj /CN=peer -keyout /tmp/key -out /tmp/cert";
        // At OpenSSL's own security level there is no TLS 1.1 at all.
        const serve = `openssl s_server -www -accept 8448 -${version} -cipher DEFAULT@SECLEVEL=0 -key /tmp/key -cert /tmp/cert`;
        started.push(`matrix-synapse-test-${host}`);
        await docker("run", "--detach", ...place, "--entrypoint", "sh", imageReference("synapse"), "-c", `${key} && exec ${serve}`);
        await eventually("the peer", 20_000, async () => assert.match(await handshake(host, version), agreed));
        return host;
    }

    /** What a client that speaks one version only, and takes any cipher, gets at a host of the meeting network. */
    async function handshake(host: string, version: string): Promise<string> {
        const client = `openssl s_client -connect ${host}:8448 -servername ${host} -${version} -cipher DEFAULT@SECLEVEL=0`;
        return (await execa("docker", ["exec", container(1, "homeserver"), ...client.split(" ")], { reject: false, all: true, input: "" }))
            .all;
    }

    it("by TLS 1.2 and newer, not by 1.1", async () => {
        for (const host of [`matrix.${byFile}`, byName]) {
            assert.match(await handshake(host, "tls1_2"), agreed, host);
            assert.match(await handshake(host, "tls1_1"), /alert protocol version/, host);
        }
    });

    it("and finds no other that speaks TLS 1.1 only", async () => {
        // Both are refused, each for its reason: OpenSSL's policy in Debian would refuse 1.1 even without Synapse's setting.
        for (const [version, why] of [
            ["tls1_1", /unsupported protocol|protocol version/],
            ["tls1_2", /certificate verify failed/],
        ] as const) {
            const host = await peerOf(version);
            assert.match(await refusal(profileOf(ann, `@x:${host}:8448`)), /^502 /);
            const said = (await logOf(meeting.stackName(1), "homeserver"))
                .split("\n")
                .filter((line) => line.includes(host))
                .join("\n");
            assert.match(said, why);
        }
    });
});
