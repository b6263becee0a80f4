import assert from "node:assert/strict";
import {
    type DeclaredRoom,
    declaredState,
    holds,
    type RoomState,
    stateKeyOf,
    withdrawnState,
} from "../../../scripts/content/room/declared.ts";

const room = (overrides: Partial<DeclaredRoom> = {}): DeclaredRoom => ({
    alias: "#r:example.org",
    space: false,
    visibility: "private",
    joinRule: "invite",
    historyVisibility: "shared",
    encrypted: false,
    members: {},
    ...overrides,
});

const contentOf = (declared: DeclaredRoom, type: string) => declaredState(declared).find((event) => event.type === type)?.content;

const stateOf = (type: string, content: Record<string, unknown>): RoomState =>
    new Map([[stateKeyOf(type), { content, sender: "@a:x", eventId: "$1" }]]);

describe("a declared room's state", () => {
    it("says nothing of what is not declared", () => {
        assert.deepEqual(
            declaredState(room()).map(({ type }) => type),
            ["m.room.join_rules", "m.room.history_visibility", "m.room.guest_access"],
        );
    });

    it("lets the parent's members in where it is restricted to them", () => {
        const declared = room({ joinRule: "restricted", parent: "!space" });
        assert.deepEqual(contentOf(declared, "m.room.join_rules"), {
            join_rule: "restricted",
            allow: [{ type: "m.room_membership", room_id: "!space" }],
        });
        assert.deepEqual(contentOf(declared, "m.space.parent"), { via: ["example.org"], canonical: true });
    });

    it("is encrypted with Megolm where it is declared so", () => {
        assert.deepEqual(contentOf(room({ encrypted: true }), "m.room.encryption"), { algorithm: "m.megolm.v1.aes-sha2" });
    });

    it("lets servers in by a list that is never without allow, which would keep out all", () => {
        const acl = { deny: ["evil.example"], allow: ["*"] };
        assert.deepEqual(contentOf(room({ serverAcl: acl }), "m.room.server_acl"), { ...acl, allow_ip_literals: false });
        const open = { deny: [], allow: ["*"], allow_ip_literals: true };
        assert.deepEqual(withdrawnState(room({ serverAcl: acl }), room()), [{ type: "m.room.server_acl", stateKey: "", content: open }]);
    });

    it("takes back what is no longer declared, by a text where the server wants one", () => {
        const before = room({ name: "N", topic: "T", avatarUrl: "mxc://x/y", parent: "!old", retention: 1 });
        assert.deepEqual(withdrawnState(before, room({ topic: "T", parent: "!new" })), [
            { type: "m.room.name", stateKey: "", content: { name: "" } },
            { type: "m.room.avatar", stateKey: "", content: {} },
            { type: "m.room.retention", stateKey: "", content: {} },
            { type: "m.space.parent", stateKey: "!old", content: {} },
        ]);
    });

    it("holds where the room says more than is declared, and does not where it says another thing", () => {
        const event = { type: "m.room.topic", stateKey: "", content: { topic: "T" } };
        assert.equal(holds(stateOf("m.room.topic", { topic: "T", "m.topic": {} }), event), true);
        assert.equal(holds(stateOf("m.room.topic", { topic: "other" }), event), false);
        assert.equal(holds(new Map(), event), false);
    });

    it("is taken back already where there is nothing, or an empty text", () => {
        assert.equal(holds(new Map(), { type: "m.room.topic", stateKey: "", content: { topic: "" } }), true);
        assert.equal(holds(stateOf("m.room.avatar", {}), { type: "m.room.avatar", stateKey: "", content: {} }), true);
        assert.equal(holds(stateOf("m.room.avatar", { url: "mxc://x/y" }), { type: "m.room.avatar", stateKey: "", content: {} }), false);
    });
});
