/** Moves of the database, as rules: docs/changes.md says how each is made. */
import assert from "node:assert/strict";
import { deployedIn } from "../../../components/platform/docker/changes/deployed.ts";
import { changeFaults, type Facts, type Wanted } from "../../../components/platform/docker/changes/faults.ts";
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

describe("a move of the database that its data would not survive is refused:", () => {
    const cases: [string, Partial<Facts>, Partial<Wanted>, string][] = [
        [
            "the way back to the own server without a volume",
            { deployed: givenThere, volumes: [`${prefix}-media`] },
            { database: ownGiven },
            "database.host: was db, which holds the data; the stack's own server would begin empty; set it back, or move the data first (docs/changes.md, \"Back to the stack's own server\")",
        ],
        [
            "a role that is given to a server that is yet to be made",
            { deployed: deployedIn({ deployment: {} }, label), volumes: [], data: undefined },
            { database: ownGiven },
            "database.password: is for a role and a database that exist, and the stack's own server is yet to be made; remove it, or set database.host",
        ],
        [
            "a role of the own server that is given no more",
            { deployed: { ...deployed, createdDatabase: false } },
            {},
            "database.password: role and database synapse were given, and would be created a second time without it; set it back",
        ],
        [
            "a role of the own server that the stack created, given",
            {},
            { database: ownGiven },
            "database.password: role and database synapse were created by this stack",
        ],
        [
            "a move away from data that is protected",
            { deployed: { ...deployed, protectedData: volumes }, target: data },
            { database: { ...existing, given: true } },
            `protectData: this change deletes ${prefix}-postgres, where the data was until now, and protectData forbids it; set database back as it was, and protectData: false, run pulumi up, then copy the data and change database again (docs/changes.md)`,
        ],
        [
            "a move away from a database that is protected",
            { deployed: { ...onServer, protectedData: ["synapse"] }, target: data },
            { database: { ...existing, host: "other", given: true } },
            "protectData: this change deletes synapse, where",
        ],
        [
            "a database of another server name",
            { deployed: { ...onServer, serverName: undefined, database: undefined }, target: { ...data, stranger: "@a:old.org" } },
            { database: existing },
            "serverName: is example.org, but the database holds accounts such as @a:old.org: every account, room and event bears the name that a server began with",
        ],
        [
            "another name of the database in use",
            {},
            { database: { ...wanted.database, name: "matrix" } },
            `database.name: was synapse and is matrix now; PostgreSQL renames no database that is in use: stop the homeserver first (docker stop ${prefix}-homeserver), or set it back`,
        ],
        [
            "an existing server without a copy",
            { target: null },
            { database: existing },
            `database.host: the data is in synapse on the stack's own server (${prefix}-postgres), and synapse on db:5432 holds none; dump and restore it first, as docs/changes.md says`,
        ],
        [
            "the stack's own server after an existing one",
            { deployed: onServer },
            {},
            "database.host: was db, which holds the data; the stack's own server would begin empty; set it back, or move the data first",
        ],
        [
            "another existing server without the data",
            { deployed: onServer, target: null },
            { database: { ...existing, host: "db2" } },
            "database.host: the data is in synapse on db:5432, and synapse on db2:5432 holds none; dump and restore it first, as docs/changes.md says",
        ],
        [
            "another given database without the data",
            { deployed: { ...onServer, createdDatabase: false }, target: null },
            { database: { ...existing, name: "fresh", given: true } },
            "database.name: the data is in synapse on db:5432, and fresh on db:5432 holds none; dump and restore it first, as docs/changes.md says",
        ],
        [
            "a database that is given after it was created",
            { deployed: onServer, target: data },
            { database: { ...existing, given: true } },
            "database.password: role and database synapse were created by this stack, which would delete them if they were given; remove database.password and database.user",
        ],
    ];
    for (const [what, found, settings, expected] of cases)
        it(what, () => {
            const lines = changeFaults({ ...facts, ...found }, { ...wanted, ...settings });
            assert.equal(lines.length, 1, lines.join("\n"));
            assert.equal(lines[0]?.slice(0, expected.length), expected);
        });
});
