/** State events that are not declared: nothing of them shows, and they are left as they are. */

/** Type, content and state key. */
export const undeclaredState: readonly (readonly [string, Record<string, unknown>, string?])[] = [
    ["m.room.name", { name: "Theirs" }],
    ["m.room.topic", { topic: "Theirs" }],
    ["m.room.avatar", { url: "mxc://localhost/Theirs" }],
    ["m.room.server_acl", { allow: ["*"], deny: ["evil.example"] }],
    ["m.room.retention", { max_lifetime: 5000 }],
    ["m.room.pinned_events", { pinned: ["$theirs"] }],
    ["m.room.third_party_invite", { display_name: "b…", key_validity_url: "https://example.org", public_key: "k" }, "token"],
    ["m.space.parent", { via: ["localhost"], canonical: true }, "!theirs:localhost"],
    ["m.space.child", { via: ["localhost"], order: "1" }, "!theirs:localhost"],
    ["m.policy.rule.user", { entity: "@spam*", recommendation: "m.ban", reason: "spam" }, "rule"],
    ["m.policy.rule.room", { entity: "!spam*", recommendation: "m.ban", reason: "spam" }, "rule"],
    ["m.policy.rule.server", { entity: "*.spam", recommendation: "m.ban", reason: "spam" }, "rule"],
    ["org.matrix.msc4284.policy", { via: "policy.example" }],
    ["im.vector.modular.widgets", { type: "m.custom", url: "https://example.org" }, "widget"],
    ["io.element.widgets.layout", { widgets: {} }],
    ["io.element.functional_members", { service_members: ["@bot:localhost"] }],
    ["org.matrix.msc3401.call.member", { application: "m.call" }, "_@room-admin:localhost_DEVICE"],
    ["org.matrix.msc3672.beacon_info", { live: true, timeout: 1 }, "@room-admin:localhost"],
    ["uk.half-shot.bridge", { bridgebot: "@bot:localhost" }, "irc"],
    ["org.example.anything", { of: "theirs" }],
];
