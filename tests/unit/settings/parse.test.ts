/** What settings are accepted, and how each fault reads. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseSettings } from "../../../components/settings/parse.ts";
import { stackFileJsonSchema } from "../../../components/settings/stackFileSchema.ts";

/** Faults as an operator reads them. */
function faults(raw: Record<string, unknown>): string[] {
    return parseSettings(raw).faults.map(({ path, message }) => `${path}: ${message}`);
}
const valid = { serverName: "example.org" };

describe("settings", () => {
    it("need nothing but a server name", () => {
        const { settings } = parseSettings(valid);
        assert.equal(settings?.homeserver.media.maxUpload, "50M");
        assert.equal(settings?.homeserver.port, 8008);
        assert.equal(settings?.gateway.federationPort, 8448);
        assert.equal(settings?.protectData, true);
        assert.deepEqual(settings?.federation.allow, []);
    });

    const refusals: [string, Record<string, unknown>, string[]][] = [
        ["a stack without a server name", {}, ["serverName: is missing; run: pulumi config set serverName example.org"]],
        [
            "a server name with a scheme",
            { serverName: "https://example.org" },
            ['serverName: "https://example.org" has a scheme; give the bare name, such as example.org'],
        ],
        [
            "a server name in upper case",
            { serverName: "Example.org" },
            ['serverName: "Example.org" has upper-case letters; write example.org'],
        ],
        [
            "a server name with a space",
            { serverName: "example org" },
            ['serverName: "example org" has a space in it; give the bare name, such as example.org'],
        ],
        [
            "a server name with a path",
            { serverName: "example.org/matrix" },
            ['serverName: "example.org/matrix" has a path; give the bare name, such as example.org'],
        ],
        [
            "a server name with a port that is none",
            { serverName: "example.org:99999" },
            ['serverName: "example.org:99999" has a port that is not between 1 and 65535'],
        ],
        [
            "an unknown key, naming the nearest known one",
            { ...valid, homserver: {} },
            ["homserver: is not a setting; did you mean homeserver?"],
        ],
        [
            "an unknown key deep inside",
            { ...valid, homeserver: { media: { maxUplaod: "1M" } } },
            ["homeserver.media.maxUplaod: is not a setting; did you mean maxUpload?"],
        ],
        [
            "an unknown key that is near to none, naming those there are",
            { ...valid, turn: { colour: 1 } },
            [
                "turn.colour: is not a setting; known here: bind, bindIpv6, enabled, external, externalAddress, host, port, relayPorts, tlsPort",
            ],
        ],
        ["a value of the wrong type", { ...valid, homeserver: { port: "many" } }, ['homeserver.port: "many" is not a number']],
        ["a port out of range", { ...valid, gateway: { httpsPort: 70000 } }, ["gateway.httpsPort: 70000 is too big; at most 65535"]],
        [
            "a size without its unit",
            { ...valid, homeserver: { media: { maxUpload: "50" } } },
            ['homeserver.media.maxUpload: "50" is not a size with its unit, such as 50M'],
        ],
        [
            "an address that is none",
            { ...valid, turn: { bind: "here" } },
            ['turn.bind: "here" is not an IP address of the Docker host, such as 203.0.113.7; 0.0.0.0 stands for all'],
        ],
        [
            "an external address that is none, saying what to write",
            { ...valid, turn: { externalAddress: "turn.example.org" } },
            [
                'turn.externalAddress: "turn.example.org" is not an IPv4 address; give the one at which clients outside reach this host, such as 203.0.113.7',
            ],
        ],
        [
            "a relay range that takes in the relay's own port of UDP",
            { ...valid, turn: { port: 50001, relayPorts: { min: 50000, max: 50010 } } },
            ["turn.relayPorts: 50001 is already turn.port"],
        ],
        [
            "a relay range too small for one call",
            { ...valid, turn: { relayPorts: { min: 50000, max: 50002 } } },
            ['turn.relayPorts: {"min":50000,"max":50002} has fewer than 4 ports, the minimum for a one-to-one call'],
        ],
        [
            "a relay range the wrong way round",
            { ...valid, turn: { relayPorts: { min: 50010, max: 50000 } } },
            ['turn.relayPorts: {"min":50010,"max":50000} has a min greater than its max; give both (without them: 49160 and 49199)'],
        ],
        [
            "a TLS port of the relay that the gateway has",
            { ...valid, turn: { tlsPort: 443 } },
            ["gateway.httpsPort: 443 is already turn.tlsPort"],
        ],
        ["one port of the relay for TCP and TLS", { ...valid, turn: { tlsPort: 3478 } }, ["turn.tlsPort: 3478 is already turn.port"]],
        [
            "a user name that Matrix does not allow",
            { ...valid, users: { "al ice": {} } },
            ['users.al ice: has " " in it; Matrix allows a-z, 0-9 and . _ = - / + in user names'],
        ],
        [
            "a user name in upper case",
            { ...valid, users: { Alice: {} } },
            ["users.Alice: has upper-case letters, which Matrix does not allow in user names; write alice"],
        ],
        [
            "a bot whose name is for application services",
            { ...valid, bots: { _bot: {} } },
            ["bots._bot: begins with _, which Synapse reserves for application services"],
        ],
        [
            "a name that is a user and a bot",
            { ...valid, users: { a: {} }, bots: { a: {} } },
            ["bots.a: is also declared under users; a name belongs to one account"],
        ],
        [
            "a room member who is not declared",
            { ...valid, users: { alice: {} }, rooms: { lobby: { members: { bob: 50 } } } },
            ["rooms.lobby.members.bob: is not declared under users or bots (declared: admin, alice)"],
        ],
        [
            "two rooms of one alias",
            { ...valid, rooms: { a: { alias: "x" }, b: { alias: "x" } } },
            ['rooms.b.alias: "x" is already the alias of rooms.a'],
        ],
        [
            "a name too long for a user ID",
            { ...valid, users: { ["a".repeat(250)]: {} } },
            [`users.${"a".repeat(250)}: makes a user ID of 263 bytes; Matrix allows 255`],
        ],
        [
            "an existing database without the password to enter it",
            { ...valid, database: { host: "db.example.org" } },
            ["database.adminPassword: is missing; run: pulumi config set --secret --path database.adminPassword"],
        ],
        ["an administrator who is a bot", { ...valid, administrator: "b", bots: { b: {} } }, ['administrator: "b" is a bot; name a user']],
        [
            "an administrator who may not administrate",
            { ...valid, users: { admin: { admin: false } } },
            ["users.admin.admin: must be true: this is the administrator"],
        ],
        ["one port for two things", { ...valid, gateway: { httpsPort: 8008 } }, ["gateway.httpsPort: 8008 is already homeserver.port"]],
    ];
    for (const [what, raw, expected] of refusals) {
        it(`refuse ${what}`, () => assert.deepEqual(faults(raw), expected));
    }

    it("take a relay range that takes in ports of TCP, and one port on two addresses", () => {
        const relayPorts = { min: 5340, max: 5360 };
        assert.deepEqual(faults({ ...valid, turn: { relayPorts } }), []);
        assert.deepEqual(faults({ ...valid, turn: { bind: "192.0.2.1", tlsPort: 443 }, gateway: { bind: "192.0.2.2" } }), []);
    });

    it("list every fault at once", () => {
        const all = faults({
            serverName: "X",
            colour: 1,
            homeserver: { port: 0 },
            users: { Al: {} },
            rooms: { r: { members: { nobody: 1 } } },
        });
        assert.equal(all.length, 5, all.join("\n"));
    });

    it("do not repeat a password in an error", () => {
        const all = faults({ ...valid, database: { host: "db", adminPassword: { oops: "hunter2" } } });
        assert.equal(all.length, 1);
        assert.ok(!all.join().includes("hunter2"), all.join());
    });

    it("may still say whether there is a keeper, which has no effect", () => {
        for (const keeper of [true, false]) assert.deepEqual(faults({ ...valid, keeper }), []);
        assert.deepEqual(faults({ ...valid, keeper: "yes" }), ['keeper: "yes" is neither true nor false']);
    });

    it("describe every field, for editors", () => {
        interface Node {
            description?: string;
            /** Described where it leads to. */
            $ref?: string;
            properties?: Record<string, Node>;
            additionalProperties?: Node | boolean;
            items?: Node;
        }
        const undescribed = ({ properties = {}, additionalProperties, items }: Node, path: string[]): string[] => [
            ...Object.entries(properties).flatMap(([key, node]) => [
                ...((node.description ?? node.$ref) ? [] : [[...path, key].join(".")]),
                ...undescribed(node, [...path, key]),
            ]),
            ...[additionalProperties, items].flatMap((node) => (typeof node === "object" ? undescribed(node, [...path, "*"]) : [])),
        ];
        const { properties } = stackFileJsonSchema("matrix-synapse") as { properties: { config: Node } };
        assert.deepEqual(undescribed(properties.config, []), []);
    });

    it("are known to editors without the project's name as well, as they are to Pulumi", () => {
        const { config } = (stackFileJsonSchema("matrix-synapse") as { properties: { config: { properties: object; anyOf: object[] } } })
            .properties;
        const keys = Object.keys(config.properties);
        const full = keys.filter((key) => key.startsWith("matrix-synapse:"));
        assert.ok(full.length > 10);
        assert.deepEqual(keys, [...full, ...full.map((key) => key.replace("matrix-synapse:", ""))]);
        assert.deepEqual(config.anyOf, [{ required: ["matrix-synapse:serverName"] }, { required: ["serverName"] }]);
    });

    it("are described by the schema that editors read (npm run schema writes it)", () => {
        const written = JSON.parse(readFileSync(new URL("../../../docs/stack.schema.json", import.meta.url), "utf8"));
        assert.deepEqual(written, JSON.parse(JSON.stringify(stackFileJsonSchema("matrix-synapse"))));
    });

    it("may be written as Pulumi and YAML write them, for editors as well", () => {
        type Shape = {
            type?: string | string[];
            $ref?: string;
            anyOf?: Shape[];
            properties?: Record<string, Shape>;
            additionalProperties?: Shape;
        };
        const { properties } = stackFileJsonSchema("matrix-synapse") as { properties: { config: { properties: Record<string, Shape> } } };
        const forms = (...path: string[]) => {
            const node = path
                .slice(1)
                .reduce<Shape | undefined>(
                    (at, key) => (key === "*" ? at?.additionalProperties : at?.properties?.[key]),
                    properties.config.properties[`matrix-synapse:${path[0]}`],
                );
            return node?.anyOf?.map(({ type, $ref }) => $ref?.split("/").at(-1) ?? type) ?? node?.type;
        };
        assert.deepEqual(forms("users"), ["object", "null"]);
        assert.deepEqual(forms("users", "*"), ["object", "null"]);
        assert.deepEqual(forms("users", "*", "password"), ["string", "null", "secret"]);
        assert.deepEqual(forms("users", "*", "displayName"), ["string", "integer", "null", "secret"]);
        assert.deepEqual(forms("rooms", "*", "members", "*"), ["integer", "digits", "secret"]);
        assert.deepEqual(forms("bots", "*", "appservice", "namespace"), ["string", "integer", "secret"]);
        assert.deepEqual(forms("federation", "allow"), ["array", "null"]);
        assert.deepEqual(forms("protectData"), ["boolean", "truth", "null", "secret"]);
    });
});
