/** Changes that data would not survive, as rules: facts and settings in, lines out. docs/changes.md is the table. */
import assert from "node:assert/strict";
import { readableYaml } from "../../../components/homeserver/dendrite/dendriteConfig.ts";
import { deployedIn } from "../../../components/platform/docker/changes/deployed.ts";
import { abandoned, changeFaults, type Facts, type Wanted } from "../../../components/platform/docker/changes/faults.ts";
import { dendriteConfig } from "../../support/dendriteConfig.ts";
import {
    data,
    deployed,
    existing,
    facts,
    givenThere,
    label,
    onServer,
    ownGiven,
    prefix,
    volumes,
    wanted,
} from "../../support/deployedStack.ts";

describe("a change that data survives", () => {
    const cases: [string, Partial<Facts>, Partial<Wanted>][] = [
        ["none", {}, {}],
        ["a first deployment", { deployed: deployedIn({ deployment: {} }, label), volumes: [], data: undefined }, {}],
        ["a preview where nothing is known", { deployed: undefined, volumes: [], data: undefined }, { serverName: "other.org" }],
        ["volumes where the state cannot be read", { deployed: undefined }, {}],
        ["the same PostgreSQL in another image", { postgres: { data: 15, image: 15 } }, {}],
        ["an empty volume", { postgres: { image: 18 } }, {}],
        ["an older Synapse that the schema allows", { synapse: { version: 84, compatVersion: 80 } }, {}],
        ["a newer Synapse", { synapse: { version: 99, compatVersion: 95 } }, {}],
        ["another name while the homeserver stands still", { homeserverRuns: false }, { database: { ...wanted.database, name: "matrix" } }],
        ["an existing server with a copy", { target: data }, { database: existing }],
        ["the stack's own server again, whose volume was restored", { deployed: givenThere }, { database: ownGiven }],
        ["an existing server that cannot be asked", {}, { database: existing }],
        ["the first update, cut short before it made its secrets", { deployed: { ...deployed, serverName: undefined, secrets: [] } }, {}],
        ["a wider namespace", {}, { applicationServices: [{ id: "irc", localpart: "irc", namespace: "i" }] }],
        ["the same program of the homeserver", { deployed: { ...deployed, kind: "dendrite" } }, { kind: "dendrite" }],
        ["the same existing server", { deployed: onServer, target: data }, { database: existing }],
    ];
    for (const [what, found, settings] of cases)
        it(`is ${what}`, () => assert.deepEqual(changeFaults({ ...facts, ...found }, { ...wanted, ...settings }), []));
});

describe("a change that data would not survive is refused:", () => {
    const held = volumes.join(" ");
    const cases: [string, Partial<Facts>, Partial<Wanted>, string][] = [
        [
            "another name of the stack",
            {},
            { prefix: "matrix-synapse-live" },
            `this stack was deployed as prod, and is called live now: its volumes (${volumes.join(", ")}) and containers carry the former name, and new, empty ones would take their place; give it back its name: pulumi stack rename prod`,
        ],
        [
            "another name that begins the same",
            { deployed: { ...deployed, prefix: "matrix-synapse-prod-old" } },
            { prefix: "matrix-synapse-prod-new" },
            `this stack was deployed as prod-old, and is called prod-new now: its volumes (${volumes.join(", ")}) and containers carry the former name, and new, empty ones would take their place; give it back its name: pulumi stack rename prod-old`,
        ],
        [
            "another name of the project",
            {},
            { project: "homeserver", prefix: "homeserver-prod" },
            `this stack was deployed as ${prefix} (project and stack), and is called homeserver-prod now: its volumes`,
        ],
        [
            "a lost state",
            { deployed: deployedIn({ deployment: {} }, label) },
            {},
            `the state of this stack is lost: it knows nothing of the volumes ${held}, and the passwords and the signing key that it would generate do not fit what they hold; bring the state back (the backend that has it, or pulumi stack import --file BACKUP), or give this stack another name; to give up all accounts and messages in them: docker ps -aq --filter label=${label}=${prefix} | xargs -r docker rm --force; docker volume rm ${held}; docker network ls -q --filter label=${label}=${prefix} | xargs -r docker network rm`,
        ],
        [
            "a state that lost the signing key",
            { deployed: { ...deployed, secrets: ["database-admin-password", "database-password"] } },
            {},
            `the state of this stack has lost signing-key-seed, and what it would generate does not fit what ${held} hold; bring the state back (the backend that has it, or pulumi stack import --file BACKUP)`,
        ],
        [
            "another program of the homeserver",
            { deployed: { ...deployed, kind: "synapse" } },
            { kind: "dendrite" },
            "homeserver.kind: was synapse and is dendrite now, but neither program can read the other's data; set it back (pulumi config set --path homeserver.kind synapse); for dendrite, destroy the stack first and with it every account, room and message of example.org",
        ],
        [
            "Dendrite on the database of a Synapse",
            { deployed: undefined, target: data },
            { kind: "dendrite" },
            "database.name: synapse holds data of Synapse, which Dendrite cannot read; name another database, or set homeserver.kind: synapse",
        ],
        [
            "another server name",
            {},
            { serverName: "other.org" },
            "serverName: was example.org and is other.org now, but every account, room and event bears the name that a server began with; set it back (pulumi config set serverName example.org), and deploy other.org as a stack of its own",
        ],
        [
            "another major version of PostgreSQL",
            { postgres: { data: 15, image: 18 } },
            {},
            `images.postgres: ${prefix}-postgres holds files of PostgreSQL 15, and postgres:18 is PostgreSQL 18, which cannot read them; set it back to an image of 15, then: make upgrade-database STACK=prod IMAGE=postgres:18 (docs/changes.md, "Another major version of PostgreSQL")`,
        ],
        [
            "an older PostgreSQL",
            { postgres: { data: 18, image: 15 } },
            {},
            "images.postgres: matrix-synapse-prod-postgres holds files of PostgreSQL 18, and",
        ],
        ["an image without PostgreSQL", { postgres: { data: 15, image: 0 } }, {}, "images.postgres: there is no PostgreSQL in postgres:18"],
        ["an image without Synapse", { synapse: null }, {}, "images.synapse: there is no Synapse in synapse:old"],
        [
            "a Synapse that is too old",
            { synapse: { version: 83, compatVersion: 80 } },
            {},
            'images.synapse: the database has schema 94, which a Synapse of schema 84 or newer can use, and synapse:old has schema 83; take an image that is not older, or restore a backup from before (docs/changes.md, "An older Synapse")',
        ],
        [
            "a Synapse that is too old, while the database stands still",
            { data: undefined, former: data.schema, synapse: { version: 83, compatVersion: 80 } },
            {},
            "images.synapse: the database has schema 94",
        ],
        ["a gateway without Caddy", { caddy: null }, {}, "images.caddy: there is no Caddy 2 in nginx"],
        ["a relay that cannot start", { coturn: null }, {}, "images.coturn: there is no turnserver in coturn:alpine, or none of bash"],
        [
            "another namespace",
            {},
            { applicationServices: [{ id: "irc", localpart: "irc", namespace: "libera_" }] },
            'bots.irc.appservice.namespace: the account @irc_guest:example.org is outside of "libera_", and nobody could use them any more; set it back, or deactivate them first',
        ],
        [
            "a bot that is no application service any more",
            {},
            { applicationServices: [] },
            "bots.irc.appservice: the account @irc_guest:example.org",
        ],
    ];
    for (const [what, found, settings, expected] of cases)
        it(what, () => {
            const lines = changeFaults({ ...facts, ...found }, { ...wanted, ...settings });
            assert.equal(lines.length, 1, lines.join("\n"));
            assert.equal(lines[0]?.slice(0, expected.length), expected);
        });

    it("says who is left behind where an application service is removed altogether", () => {
        const removed = { ...wanted, bots: [], applicationServices: [] };
        assert.deepEqual(changeFaults(facts, removed), []);
        assert.match(
            abandoned(facts, removed).join(),
            /^bots\.irc: the account @irc_guest:example\.org of this application service will have no owner/,
        );
        assert.deepEqual(abandoned({ ...facts, data: { ...data, owned: data.owned.slice(0, 1) } }, removed), []);
    });
});

describe("what the last update left", () => {
    const urn = (name: string) => `urn:pulumi:prod::matrix-synapse::t::${name}`;
    const volume = (name: string) => ({
        type: "docker:index/volume:Volume",
        urn: urn(name),
        inputs: { name: `${prefix}-${name}`, labels: [{ label, value: prefix }] },
    });

    it("is read from the state, with what an update was creating when it was killed", () => {
        const state = {
            deployment: {
                resources: [
                    { type: "pulumi:pulumi:Stack", urn: urn("s"), outputs: { serverName: "example.org" } },
                    { ...volume("media"), protect: true },
                    { type: "docker:index/container:Container", urn: urn("gateway"), id: "4711" },
                    { type: "random:index/randomPassword:RandomPassword", urn: urn("signing-key-seed") },
                    { type: "postgresql:index/database:Database", urn: urn("database-synapse") },
                    { type: "matrix:index:Bot", urn: urn("bot-irc"), inputs: { userId: "@irc:example.org" } },
                    {
                        type: "matrix-synapse:homeserver:Synapse",
                        urn: urn("homeserver"),
                        inputs: {
                            files: {
                                "/etc/synapse/homeserver.yaml": "database: { args: { host: db, port: 5432, dbname: a, user: b } }",
                            },
                        },
                    },
                ],
                pending_operations: [{ resource: volume("postgres") }],
            },
        };
        assert.deepEqual(deployedIn(state, label), {
            prefix,
            volumes,
            createdVolumes: [`${prefix}-media`],
            containers: ["4711"],
            protectedData: [`${prefix}-media`],
            secrets: ["signing-key-seed"],
            serverName: "example.org",
            kind: "synapse",
            database: { host: "db", port: 5432, name: "a", user: "b" },
            createdDatabase: true,
            bots: { irc: "@irc:example.org" },
            tokenGenerations: { irc: 1 },
        });
    });

    it("names the program of the homeserver, and where its database is, for Dendrite too", () => {
        const config = dendriteConfig();
        const yaml = readableYaml({ ...config, database: { ...config.database, host: "db", name: "it's a \\" } }, {});
        const inputs = { files: { "/run/secrets/dendrite.yaml": yaml } };
        const state = { deployment: { resources: [{ type: "matrix-synapse:homeserver:Dendrite", urn: urn("homeserver"), inputs }] } };
        const { kind, database } = deployedIn(state, label);
        assert.deepEqual([kind, database], ["dendrite", { host: "db", port: 5432, name: "it's a \\", user: "synapse" }]);
    });
});
