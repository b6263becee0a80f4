/** What YAML and `pulumi config set --path` make of values, and what is taken for what was meant. */
import assert from "node:assert/strict";
import { configPath } from "../../../components/settings/configPath.ts";
import { parseSettings } from "../../../components/settings/parse.ts";

const parsed = (raw: Record<string, unknown>) => parseSettings({ serverName: "example.org", ...raw });
const faults = (raw: Record<string, unknown>) => parsed(raw).faults.map(({ path, message }) => `${path}: ${message}`);

/** As Pulumi hands over a structure. */
const structure = (json: string) => JSON.parse(json);

describe("an empty value", () => {
    it("stands for no settings, in every map of maps", () => {
        const empty = { alice: null };
        const { settings } = parsed({ users: empty, bots: { notifier: null }, rooms: { lobby: null }, spaces: { team: null } });
        const given = parsed({ users: { alice: {} }, bots: { notifier: {} }, rooms: { lobby: {} }, spaces: { team: {} } });
        assert.ok(settings);
        assert.deepEqual(settings, given.settings);
        // What was given stays as it was.
        assert.deepEqual(empty, { alice: null });
    });

    it("stands for a whole section without settings, which Pulumi hands over as empty text", () => {
        const sections = ["homeserver", "database", "federation", "turn", "gateway", "images", "users", "bots", "rooms", "seeds", "spaces"];
        const { settings, faults } = parsed(Object.fromEntries(sections.map((section) => [section, ""])));
        assert.deepEqual(faults, []);
        assert.deepEqual(settings, parsed({}).settings);
    });

    it("stands for the defaults of what is inside, or for what is not given", () => {
        const { settings, faults } = parsed({
            homeserver: { media: null, passwords: { minimumLength: null }, publicUrl: null },
            federation: { allow: null },
            turn: { relayPorts: { min: null } },
            gateway: { acme: null, host: "matrix.example.org" },
            rooms: { lobby: { topic: null, members: null, serverAcl: { deny: null } } },
        });
        assert.deepEqual(faults, []);
        assert.equal(settings?.gateway.acme?.directory, "https://acme-v02.api.letsencrypt.org/directory");
        assert.deepEqual(settings?.rooms.lobby?.serverAcl, { deny: [], allow: ["*"] });
        assert.equal(settings?.turn.relayPorts.min, 49160);
    });

    it("is a fault where something must stand", () => {
        assert.deepEqual(faults({ seeds: { hello: null } }), ["seeds.hello.script: is missing"]);
        assert.deepEqual(faults({ users: { alice: {} }, rooms: { lobby: { members: { alice: null } } } }), [
            "rooms.lobby.members.alice: is empty; write a value, or take the line out",
        ]);
        assert.deepEqual(faults({ federation: { allow: [null] } }), ["federation.allow.0: is empty; write a value, or take the line out"]);
        assert.deepEqual(faults({ serverName: "" }), [
            'serverName: "" is not a host name; use letters, digits, hyphens and dots, such as example.org',
        ]);
    });
});

describe("a value of another kind than is meant", () => {
    it("is text where it consists of digits", () => {
        const { settings, faults } = parsed({
            rooms: structure('{"2024":{"name":2024,"topic":0}}'),
            administrator: true,
            users: { true: {} },
        });
        assert.deepEqual(faults, []);
        assert.equal(settings?.rooms["2024"]?.name, "2024");
        assert.equal(settings?.rooms["2024"]?.topic, "0");
        assert.equal(settings?.administrator, "true");
    });

    it("is a number or a yes where text stands for one, as a secret or quoted value does", () => {
        const { settings, faults } = parsed({
            turn: { port: "3479" },
            users: { bob: { admin: "true" } },
            rooms: { lobby: { members: { bob: "50" } } },
            // pulumi config set --path makes a number of whole ones alone.
            homeserver: { presence: "false", limits: { messages: { perSecond: "0.5" } } },
        });
        assert.deepEqual(faults, []);
        assert.equal(settings?.turn.port, 3479);
        assert.deepEqual([settings?.homeserver.presence, settings?.homeserver.limits.messages.perSecond], [false, 0.5]);
        assert.equal(settings?.users.bob?.admin, true);
        assert.equal(settings?.rooms.lobby?.members.bob, 50);
    });

    const quotes = (setting: string) => `text is meant; write it in quotes, or run: pulumi config set --type string --path ${setting} TEXT`;
    const refused: [string, Record<string, unknown>, string][] = [
        // YAML has read 1.10, and nothing tells.
        ["a fraction", { rooms: { lobby: { name: 1.1 } } }, `rooms.lobby.name: 1.1 is a number, and ${quotes("rooms.lobby.name")}`],
        [
            "a number too large to be held",
            { rooms: structure('{"lobby":{"name":12345678901234567890}}') },
            `rooms.lobby.name: 12345678901234567000 is a number, and ${quotes("rooms.lobby.name")}`,
        ],
        [
            "true in a structure",
            { rooms: { lobby: { name: true } } },
            `rooms.lobby.name: true is a boolean, and ${quotes("rooms.lobby.name")}`,
        ],
        [
            // YAML has read 0123, and the account would get another password than the one that was written.
            "a number as a password",
            { users: { alice: { password: 83 } } },
            "users.alice.password: the value given is a number, and text is meant; run: pulumi config set --secret --path users.alice.password",
        ],
        ["no, as YAML 1.1 had it", { federation: { enabled: "no" } }, 'federation.enabled: "no" is neither true nor false'],
        ["on, as YAML 1.1 had it", { protectData: "on" }, 'protectData: "on" is neither true nor false'],
        ["a number as a switch", { protectData: 0 }, "protectData: 0 is neither true nor false"],
        ["digits with a zero in front as a number", { turn: { port: "03478" } }, 'turn.port: "03478" is not a number'],
        ["1e3 as a number", { turn: { port: "1e3" } }, 'turn.port: "1e3" is not a number'],
        ["a fraction where none is possible", { turn: { port: "3478.5" } }, "turn.port: 3478.5 is not a whole number"],
        ["text that is empty", { rooms: { lobby: { name: "" } } }, 'rooms.lobby.name: "" is empty; write a value, or take the line out'],
        [
            "text that is too long",
            { users: { alice: { displayName: "a".repeat(257) } } },
            `users.alice.displayName: "${"a".repeat(257)}" is too long: it has 257 characters; at most 256`,
        ],
        [
            "one entry as a list",
            { federation: { allow: "partner.org" } },
            'federation.allow: "partner.org" is not a list; write each entry in a line of its own after a hyphen',
        ],
        ["a list as a map", { users: ["alice"] }, 'users: ["alice"] is not a group of settings; write each in a line of its own below it'],
    ];
    for (const [what, raw, expected] of refused) it(`is a fault where it is ${what}`, () => assert.deepEqual(faults(raw), [expected]));
});

describe("a name that every object has", () => {
    // __proto__ is looked at apart: no object can have it as a key of its own.
    const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];
    for (const name of names) {
        it(`${name} is no setting, parent, account or former key until it is declared`, () => {
            assert.match(faults({ [name]: {} })[0] ?? "", new RegExp(`^${name}: is not a setting; `));
            assert.match(faults({ turn: { [name]: 1 } })[0] ?? "", new RegExp(`^turn.${name}: is not a setting; known here: `));
            assert.deepEqual(faults({ rooms: { lobby: { parent: name } } }), [
                `rooms.lobby.parent: "${name}" is not declared under spaces (declared: none)`,
            ]);
            assert.match(faults({ spaces: { lobby: { parent: name } } })[0] ?? "", /is not declared under spaces/);
            assert.match(faults({ rooms: { lobby: { members: { [name]: 0 } } } })[0] ?? "", /is not declared under users or bots/);
            assert.match(
                faults({ seeds: { hello: { script: "seeds/welcome.ts", as: name } } })[0] ?? "",
                /is neither a bot nor the administrator/,
            );
            assert.deepEqual(faults({ rooms: { lobby: { formerly: name } } }), []);
        });
    }

    it("is the name of a user, a bot, a space or a room like any other once it is declared", () => {
        assert.deepEqual(faults({ administrator: "constructor" }), []);
        const { settings, faults: found } = parsed({
            users: { constructor: { admin: true } },
            administrator: "constructor",
            bots: { valueof: { localpart: "other" } },
            spaces: { constructor: {} },
            rooms: { toString: { parent: "constructor", members: { constructor: 50 } } },
        });
        assert.deepEqual(found, []);
        assert.equal(Object.hasOwn(settings?.rooms ?? {}, "toString"), true);
        assert.deepEqual(faults({ users: { constructor: {} }, bots: { constructor: {} } }), [
            "bots.constructor: is also declared under users; a name belongs to one account",
        ]);
    });

    it("__proto__ is not lost without a word", () => {
        const key = "is not possible as a key; choose another";
        assert.deepEqual(faults({ rooms: structure('{"__proto__":{"name":"x"}}') }), [`rooms.__proto__: ${key}`]);
        assert.ok(faults({ users: structure('{"__proto__":{}}') }).includes(`users.__proto__: ${key}`));
        assert.deepEqual(faults({ users: { a: {} }, rooms: structure('{"x":{"members":{"__proto__":50}}}') }), [
            `rooms.x.members.__proto__: ${key}`,
        ]);
        assert.match(faults(structure('{"serverName":"example.org","__proto__":{}}')).join("\n"), /^__proto__: /);
        assert.deepEqual(faults({ administrator: "__proto__" }), [
            "administrator: begins with _, which Synapse reserves for application services",
        ]);
        assert.match(faults({ rooms: { lobby: { parent: "__proto__" } } })[0] ?? "", /"__proto__" is not declared under spaces/);
    });
});

describe("the fewest characters of a password", () => {
    it("may be as many as a generated password has, and no more", () => {
        assert.deepEqual(faults({ homeserver: { passwords: { minimumLength: 24 } } }), []);
        assert.deepEqual(faults({ homeserver: { passwords: { minimumLength: 30 } } }), [
            "homeserver.passwords.minimumLength: 30 is more than generated passwords have, so new accounts would break the rule; at most 24",
        ]);
    });
});

describe("a server name that is no address and no host", () => {
    for (const [name, fault] of [
        ["999.1.1.1", "is neither an IPv4 address nor a host name"],
        ["1.2.3", "is neither an IPv4 address nor a host name"],
        ["[::::::::]", "is not an IPv6 address in brackets"],
        ["[12345::1]", "is not an IPv6 address in brackets"],
    ] as const) {
        it(`${name} is refused wherever one is named`, () => {
            const holds = (raw: Record<string, unknown>, part: string) => {
                const [first = "", ...rest] = faults(raw);
                assert.ok(first.includes(part) && rest.length === 0, [first, ...rest].join("\n"));
            };
            holds({ serverName: name }, fault);
            holds({ gateway: { host: name } }, fault);
            holds({ federation: { allow: [name] } }, fault);
            holds({ federation: { keyServers: [name] } }, fault);
            holds({ rooms: { lobby: { members: { [`@bob:${name}`]: 0 } } } }, "is not a user ID, such as @bob:example.org");
            holds({ gateway: { support: { contacts: [{ matrixId: `@bob:${name}` }] } } }, "is not a user ID, such as @admin:example.org");
            holds({ users: { alice: { avatar: `mxc://${name}/abc` } } }, fault);
        });
    }
});

describe("a setting's path, as it is typed in a shell", () => {
    for (const [keys, expected] of [
        [["users", "alice", "password"], "users.alice.password"],
        [["users", "first.last", "password"], `'users["first.last"].password'`],
        [["users", "a=b/c+d", "password"], "users.a=b/c+d.password"],
        [["rooms", "It's here", "topic"], `'rooms.It'\\''s here.topic'`],
        [["rooms", 'a"b[0]', "topic"], `'rooms["a\\"b[0]"].topic'`],
    ] as const) {
        it(`is ${expected}`, () => assert.equal(configPath(keys), expected));
    }

    it("is in the advice", () => {
        assert.deepEqual(faults({ users: { "first.last": { displayName: 1.5, password: 12 } } }), [
            `users.first.last.displayName: 1.5 is a number, and text is meant; write it in quotes, or run: pulumi config set --type string --path 'users["first.last"].displayName' TEXT`,
            `users.first.last.password: the value given is a number, and text is meant; run: pulumi config set --secret --path 'users["first.last"].password'`,
        ]);
    });
});
