/** Each setting of what lives in a server does what it says, on the stack of settings.test.ts. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { MatrixClient } from "matrix-bot-sdk";
import { docker, eventually } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { base, peerContainer, place, type SettingsStack, settingsStack, stackName } from "../support/settings/stack.ts";
import { configure, plain } from "../support/stack.ts";

describe("every setting of what lives in a server", function () {
    this.timeout(240_000);
    let up: SettingsStack;
    let administrator: MatrixClient;
    const peerLog = () => docker("logs", peerContainer);

    before(async () => {
        up = await settingsStack();
        administrator = up.administrator;
    });

    for (const [section, alias] of [
        ["rooms", "#lobby.room:settings.test"],
        ["spaces", "#team.space:settings.test"],
    ] as const)
        it(`all that rooms and spaces have in common is in the state of one: ${section}`, async () => {
            const room = up.outputs.rooms[alias] ?? assert.fail(`there is no ${alias}`);
            const state = (type: string, key = "") => administrator.getRoomStateEvent(room, type, key);
            assert.equal((await state("m.room.name")).name, place.name);
            assert.equal((await state("m.room.topic")).topic, place.topic);
            assert.equal((await state("m.room.avatar")).url, place.avatar);
            assert.equal((await state("m.room.canonical_alias")).alias, alias);
            assert.equal((await state("m.room.join_rules")).join_rule, place.joinRule);
            assert.equal((await state("m.room.history_visibility")).history_visibility, place.historyVisibility);
            assert.equal((await state("m.room.member", "@alice:settings.test")).membership, "join");
            const levels = await state("m.room.power_levels");
            const { usersDefault, eventsDefault, stateDefault, invite, kick, ban, redact, events } = place.powerLevels;
            assert.deepEqual(
                [levels.users_default, levels.events_default, levels.state_default, levels.invite, levels.kick, levels.ban, levels.redact],
                [usersDefault, eventsDefault, stateDefault, invite, kick, ban, redact],
            );
            assert.equal(levels.events["m.room.topic"], events["m.room.topic"]);
            assert.equal(levels.users["@alice:settings.test"], 9);
            const listed = await administrator.doRequest("GET", `/_matrix/client/v3/directory/list/room/${encodeURIComponent(room)}`);
            assert.equal(listed.visibility, "public");
        });

    it("of rooms: parent, serverAcl, encrypted, retention and pinnedMessage", async () => {
        const room = (alias: string) => up.outputs.rooms[`#${alias}:settings.test`] ?? assert.fail(`there is no ${alias}`);
        const [team, lobby] = [room("team.space"), room("lobby.room")];
        for (const child of [lobby, room("inner")])
            assert.deepEqual((await administrator.getRoomStateEvent(team, "m.space.child", child)).via, ["settings.test"]);
        const acl = await administrator.getRoomStateEvent(lobby, "m.room.server_acl", "");
        assert.deepEqual([acl.deny, acl.allow], [["evil.test"], ["*.test"]]);
        assert.equal((await administrator.getRoomStateEvent(room("secret"), "m.room.encryption", "")).algorithm, "m.megolm.v1.aes-sha2");
        await assert.rejects(administrator.getRoomStateEvent(room("kept"), "m.room.encryption", ""), /M_NOT_FOUND/);
        const retention = await administrator.getRoomStateEvent(room("kept"), "m.room.retention", "");
        assert.equal(retention.max_lifetime, 30 * 86_400_000);
        const [pinned] = (await administrator.getRoomStateEvent(room("kept"), "m.room.pinned_events", "")).pinned;
        assert.equal((await administrator.getEvent(room("kept"), pinned)).content.body, "Read me");
    });

    it("of users and bots: localpart, displayName, avatar, admin and deactivated", async () => {
        const account = (name: string) => administrator.doRequest("GET", `/_synapse/admin/v2/users/@${name}:settings.test`);
        for (const [name, displayName] of [
            ["other.name", "Other"],
            ["bridge.bot", "Bridge"],
        ] as const) {
            const { displayname, avatar_url, admin, deactivated } = await account(name);
            assert.deepEqual([displayname, avatar_url, admin, deactivated], [displayName, place.avatar, true, false], name);
        }
        for (const name of ["gone", "retired"]) assert.equal((await account(name)).deactivated, true, name);
    });

    it("bots.*.unlimited: exempts the bot from the limits for messages", async () => {
        const path = "/_synapse/admin/v1/users/@bridge.bot:settings.test/override_ratelimit";
        assert.deepEqual(await administrator.doRequest("GET", path), { messages_per_second: 0, burst_count: 0 });
    });

    it("bots.*.appservice: is asked at its URL about the namespace that is its own", async () => {
        await administrator.resolveRoom("#irc_channel:settings.test").catch(() => {});
        await eventually("the application service is asked", 10_000, async () =>
            assert.match(await peerLog(), /peer 3129 \S+ GET \/_matrix\/app\/v1\/rooms\/%23irc_channel/),
        );
    });

    it("of a second kind: what a change of them does", async () => {
        const { settings, outputs } = up;
        const { renamed, ...users } = settings.users ?? {};
        const { doomed: _bot, ...bots } = settings.bots ?? {};
        const { doomed: _space, inner, ...spaces } = settings.spaces ?? {};
        configure(stackName, {
            ...settings,
            gateway: { ...settings.gateway, wellKnown: false },
            turn: { external: { uris: ["turn:turn.test:3478"], sharedSecret: "the secret of another relay" } },
            users: { ...users, fresh: { ...renamed, formerly: "renamed" } },
            bots,
            spaces: { ...spaces, inside: { ...inner, alias: "inner", formerly: "inner" } },
        });
        const after = plain((await up.stack.up()).outputs);
        const ask = (path: string) => askGateway(base + 43, path, outputs.certificateAuthority, "matrix.settings.test");
        assert.equal((await ask("/.well-known/matrix/client")).status, 404);
        assert.equal((await ask("/_matrix/client/versions")).status, 200);
        assert.deepEqual(after.users.fresh, outputs.users.renamed);
        const turn = await administrator.doRequest("GET", "/_matrix/client/v3/voip/turnServer");
        const signed = createHmac("sha1", "the secret of another relay").update(turn.username).digest("base64");
        assert.deepEqual([turn.uris, turn.password], [["turn:turn.test:3478"], signed]);
        assert.equal(after.rooms["#inner:settings.test"], outputs.rooms["#inner:settings.test"]);
        const gone = await administrator.doRequest("GET", "/_synapse/admin/v2/users/@doomed:settings.test");
        assert.deepEqual([gone.deactivated, gone.erased], [true, true]);
        const space = encodeURIComponent(outputs.rooms["#doomed:settings.test"] ?? "");
        await assert.rejects(administrator.doRequest("GET", `/_synapse/admin/v1/rooms/${space}`), /M_NOT_FOUND/);
    });
});
