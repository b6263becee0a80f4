import assert from "node:assert/strict";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { previewStack } from "../../scripts/preview/preview.ts";
import { root } from "../../scripts/project/checkout.ts";
import { isHeard, logOf, personOf, profileOf, refusal, upTogether } from "../support/acrossServers.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { type Mesh, mesh } from "../support/mesh.ts";
import { configure, pulumiEnvironment, type StackOutputs } from "../support/stack.ts";

const base = 25000;
const first = "s1.controls.test";
const second = "s2.controls.test";
const third = "s3.controls.test";

/** Settings of the first server: its rooms, and what of federation a test changes. */
const firstWith = (federation: SettingsInput["federation"]): Partial<SettingsInput> => ({
    federation: { publicRooms: true, ...federation },
    rooms: {
        square: { name: "Square", visibility: "public", encrypted: false },
        guarded: { joinRule: "public", encrypted: false, serverAcl: { deny: [third] } },
    },
});

describe("federation", function () {
    this.timeout(240_000);
    let meeting: Mesh;
    let outputs: StackOutputs[];
    let [ann, bob, carol] = [] as unknown as [MatrixClient, MatrixClient, MatrixClient];
    let began: number;
    const room = (alias: string) => outputs[0]?.rooms[`#${alias}:${first}`] as string;
    const log = (server: number) => logOf(meeting.stackName(server), "homeserver");

    before(async () => {
        began = Date.now();
        meeting = await mesh("controls", { base, subnet: "10.25.0.0/24", servers: 3 });
        outputs = await upTogether(meeting, [firstWith({}), { federation: { keyServers: [third] } }, {}]);
        [ann, bob, carol] = (await Promise.all(outputs.map(personOf))) as [MatrixClient, MatrixClient, MatrixClient];
    });
    after(async () => {
        await meeting.down();
        console.log(`      federationControls: ${Math.round((Date.now() - began) / 1000)} s`);
    });

    describe("that is open", () => {
        it("lets users of other servers in by alias, and carries messages both ways", async () => {
            for (const guest of [bob, carol]) assert.equal(await guest.joinRoom(`#square:${first}`), room("square"));
            await isHeard(ann, room("square"), [bob, carol]);
            await isHeard(carol, room("square"), [ann, bob]);
        });

        it("carries profiles and pictures", async () => {
            await ann.setDisplayName("Ann");
            await eventually("the profile", 20_000, async () => assert.equal((await profileOf(bob, `@admin:${first}`)).displayname, "Ann"));
            const uri = await ann.uploadContent(Buffer.from("picture"), "text/plain", "note.txt");
            assert.equal(String((await bob.downloadContent(uri)).data), "picture");
        });

        it("shows the public rooms of who lets others read them, and of nobody else", async () => {
            const listed = (asker: MatrixClient, server: string) => asker.doRequest("GET", "/_matrix/client/v3/publicRooms", { server });
            assert.deepEqual(
                (await listed(bob, first)).chunk.map(({ name }: { name: string }) => name),
                ["Square"],
            );
            assert.match(await refusal(listed(ann, second)), /^403 M_FORBIDDEN: /);
        });

        it("asks the notary that is named for keys, and works without one", async () => {
            const asked = /Processed request: .* 200 "POST \/_matrix\/key\/v2\/query/;
            assert.match(await log(3), asked, "the second server did not ask the third");
            for (const server of [1, 2]) assert.doesNotMatch(await log(server), asked, `somebody asked server ${server}`);
        });

        it("leads no user of a private range's peers to this machine, a cloud's metadata or the database", async () => {
            const own = Object.keys(
                JSON.parse(await docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", container(3, "database"))),
            );
            const database = await docker(
                "inspect",
                "--format",
                `{{(index .NetworkSettings.Networks "${own[0]}").IPAddress}}`,
                container(3, "database"),
            );
            for (const address of ["127.0.0.1:8008", "169.254.169.254", "169.254.169.254:80", `${database}:5432`]) {
                assert.match(await refusal(profileOf(carol, `@x:${address}`)), /^502 M_UNKNOWN: Failed to fetch profile/);
                assert.match(await log(3), new RegExp(`\\[${address}\\] Request failed: .*403: IP address blocked`));
            }
        });
    });

    describe("with a server denied in a room", () => {
        it("keeps it from joining, and says so", async () => {
            assert.match(await refusal(carol.joinRoom(`#guarded:${first}`)), /^403 M_FORBIDDEN: Server is banned from room/);
        });

        it("shows that somebody let it in by hand, and nothing else, and takes that back", async () => {
            const anyone = { allow: ["*"], deny: [], allow_ip_literals: false };
            await ann.sendStateEvent(room("guarded"), "m.room.server_acl", "", anyone);
            for (const guest of [bob, carol]) await guest.joinRoom(`#guarded:${first}`);
            const { text } = await previewStack(meeting.stackName(1), root, pulumiEnvironment());
            assert.deepEqual(rowsOf(text), [`| changed | room \`guarded\` | serverAcl.deny: + \`${third}\` (drift) |`]);
            await meeting.up(1, firstWith({}));
            const acl = await ann.getRoomStateEvent(room("guarded"), "m.room.server_acl", "");
            assert.deepEqual(acl, { allow: ["*"], deny: [third], allow_ip_literals: false });
        });

        it("takes none of its messages from then on, and all of others'", async () => {
            const eventId = await carol.sendMessage(room("guarded"), { msgtype: "m.text", body: "let me in" });
            await isHeard(bob, room("guarded"), [ann]);
            for (const server of [1, 2])
                await eventually("the refusal", 20_000, async () =>
                    assert.match(await log(server), /Ignoring PDUs for room .* from banned server/),
                );
            for (const listener of [ann, bob])
                assert.match(await refusal(listener.getRawEvent(room("guarded"), eventId)), /^404 M_NOT_FOUND/);
        });
    });

    describe("with an allow list", () => {
        it("is a change of that line, which replaces the homeserver's container and no other", async () => {
            configure(meeting.stackName(1), meeting.settings(1, firstWith({ allow: [second] })));
            const { text } = await previewStack(meeting.stackName(1), root, pulumiEnvironment());
            const line = `\`/etc/synapse/homeserver.yaml\`: + \`federation_domain_whitelist:\`<br>+ \`- ${second}\``;
            assert.deepEqual(rowsOf(text), [`| replaced | container \`synapse\` | ${line} |`]);
            const before = await containers(meeting.stackName(1));
            const gap = await gapOf(`${outputs[0]?.clientUrl}/_matrix/client/versions`, () =>
                meeting.up(1, firstWith({ allow: [second] })),
            );
            console.log(`      the homeserver was away for ${gap} ms`);
            const after = await containers(meeting.stackName(1));
            const replaced = Object.keys(before).filter((role) => before[role]?.Id !== after[role]?.Id);
            assert.deepEqual(replaced, ["homeserver"]);
        });

        it("goes on with who is on it", async () => {
            await isHeard(ann, room("square"), [bob]);
            await isHeard(bob, room("square"), [ann]);
            assert.equal((await profileOf(bob, `@admin:${first}`)).displayname, "Ann");
        });

        it("refuses everybody else in both directions, and says so", async () => {
            const denied = `403 M_FORBIDDEN: Federation denied with ${third}.`;
            assert.equal(await refusal(profileOf(carol, `@admin:${first}`)), denied);
            assert.equal(await refusal(profileOf(ann, `@admin:${third}`)), denied);
            assert.match(await refusal(carol.joinRoom(`#guarded:${first}`)), /^(403|502) /);
            assert.match(await refusal(ann.joinRoom(`#lobby:${third}`)), /^(403|502) /);
        });
    });

    describe("that is off, or without the peers' range", () => {
        before(async () => {
            await Promise.all([
                meeting.up(1, { ...firstWith({}), federation: { enabled: false } }),
                meeting.up(2, { federation: { privatePeers: [] } }),
            ]);
        });

        it("gives other servers nothing", async () => {
            const reached = (url: string) =>
                execa("docker", ["exec", container(3, "homeserver"), "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", url], {
                    reject: false,
                });
            const closed = await reached(`https://matrix.${first}:8448/_matrix/federation/v1/version`);
            assert.equal(closed.exitCode, 7, `port 8448 is open: ${closed.stdout}`);
            for (const path of ["/_matrix/federation/v1/version", "/_matrix/key/v2/server", "/.well-known/matrix/server"]) {
                const { status } = await askGateway(base + 43, path, meeting.authority, `matrix.${first}`);
                assert.equal(status, 404, path);
            }
        });

        it("reaches nobody, and goes on at home", async () => {
            assert.equal(await refusal(profileOf(ann, `@admin:${second}`)), `403 M_FORBIDDEN: Federation denied with ${second}.`);
            await isHeard(ann, room("square"), [ann]);
            assert.equal((await profileOf(ann, `@admin:${first}`)).displayname, "Ann");
        });

        it("does not reach peers in a private range that is not named, and logs why", async () => {
            assert.match(await refusal(profileOf(bob, `@admin:${third}`)), /^502 M_UNKNOWN: Failed to fetch profile/);
            assert.match(await log(2), new RegExp(`Blocked 10\\.25\\.0\\.\\d+ from DNS resolution to \\S*${third}`));
        });
    });

    const container = (server: number, role: string) => `matrix-synapse-${meeting.stackName(server)}-${role}`;
});

/** What a preview says of each resource that would change. */
function rowsOf(preview: string): string[] {
    return preview.split("\n").filter((line) => /^\| \w/.test(line));
}

/** Milliseconds between the last answer before and the first after; 0 where none was missed. */
async function gapOf(url: string, act: () => Promise<unknown>): Promise<number> {
    let done = false;
    let [last, gap] = [Date.now(), 0];
    const watching = (async () => {
        while (!done) {
            const { ok } = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => ({ ok: false }));
            if (ok) {
                gap = Math.max(gap, Date.now() - last);
                last = Date.now();
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    })();
    await act();
    done = true;
    await watching;
    return gap;
}
