/** Which databases are accepted, and how each fault reads. */
import assert from "node:assert/strict";
import { databaseUrl } from "../../../components/database/database.ts";
import {
    connectionDoubt,
    durabilityDoubt,
    refusal,
    type Target,
    unfit,
    versionFault,
    writableFault,
} from "../../../components/database/targetFaults.ts";
import { faultInDatabaseHost } from "../../../components/settings/databaseHost.ts";
import { parseSettings } from "../../../components/settings/parse.ts";

/** Faults as an operator reads them. */
function faults(database: Record<string, unknown>): string[] {
    return parseSettings({ serverName: "example.org", database }).faults.map(({ path, message }) => `${path}: ${message}`);
}

const authority = "-----BEGIN CERTIFICATE-----";

describe("the host of a database", () => {
    const good = [
        "db.example.org",
        "DB.Example.org",
        "db.example.org.",
        "db",
        "postgres_db",
        "192.0.2.10",
        "10.0.0.1",
        "2001:db8::10",
        "::ffff:192.0.2.1",
        "host.docker.internal",
        "localhost.example.org",
        "xn--bcher-kva.example",
    ];
    for (const host of good) it(`may be ${host}`, () => assert.equal(faultInDatabaseHost(host), undefined));

    const own = [
        ...["localhost", "LOCALHOST", "localhost.", "db.localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"],
        ...["127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"],
        ...["localhost:5432", "[::1]:5432"],
    ];
    for (const host of own)
        it(`is not ${host}, which is the homeserver's own container`, () =>
            assert.match(
                faultInDatabaseHost(host) ?? "",
                /^is the homeserver's own container; give an address of this machine .*or leave database\.host out/,
            ));

    const others: [string, string | RegExp][] = [
        ["", /^is empty/],
        ["db.example.org:6432", "has a port; write db.example.org, and set database.port to 6432"],
        ["192.0.2.10:5432", "has a port; write 192.0.2.10, and set database.port to 5432"],
        ["db.example.org:", "has a port; write db.example.org"],
        ["[2001:db8::10]", "has brackets; write 2001:db8::10"],
        ["[2001:db8::10]:6432", "has a port; write 2001:db8::10, and set database.port to 6432"],
        ["fe80::1%eth0", /^has a zone/],
        ["2001:db8::g", "is not an IPv6 address, such as 2001:db8::10"],
        [
            "postgresql://synapse:secret@db.example.org:6432/matrix?sslmode=require",
            "is a URL; give its parts by themselves: database.host: db.example.org, database.port: 6432, database.name: matrix, database.user: synapse",
        ],
        ["postgres://db.example.org", "is a URL; give its parts by themselves: database.host: db.example.org"],
        ["jdbc:postgresql://db/x", /^is not a host name|^is a URL|^has/],
        ["host=db user=x password=secret", /^is not a host name or an address; give the host alone/],
        ["/var/run/postgresql", /^is the path of a socket/],
        ["/cloudsql/project:region:instance", /^is the path of a socket/],
        ["@postgres", /^is the path of a socket/],
        ["db.example.org/matrix", /^has a path/],
        ["a.example.org,b.example.org", /^names several hosts/],
        ["synapse@db.example.org", /^has a user in it/],
        ["999.1.1.1", /^is not an IPv4 address/],
        ["127.1", /^is not an IPv4 address/],
        ["2130706433", /^is not an IPv4 address/],
        ["0x7f000001", /^is not an IPv4 address/],
        ["db example.org", /^is not a host name or an address/],
        ["-db.example.org", "is not a host name, such as db.example.org"],
        ["db..example.org", "is not a host name, such as db.example.org"],
        ["bücher.example", "is not a host name, such as db.example.org"],
    ];
    for (const [host, expected] of others)
        it(`is not ${JSON.stringify(host)}`, () => {
            const fault = faultInDatabaseHost(host) ?? "";
            if (typeof expected === "string") assert.equal(fault, expected);
            else assert.match(fault, expected);
            assert.ok(!fault.includes("secret"), fault);
        });

    it("does not repeat a password that was given in it", () => {
        for (const host of ["postgresql://synapse:hunter2@db/x", "synapse:hunter2@db", "host=db password=hunter2"])
            assert.ok(!faults({ host, adminPassword: "x" }).join().includes("hunter2"), host);
    });
});

describe("the name of a database", () => {
    const created = (name: string, more = {}) => faults({ host: "db", adminPassword: "x", name, ...more });
    it("is not one that is on the server already", () => {
        for (const name of ["postgres", "rdsadmin", "cloudsqladmin", "azure_sys"])
            assert.deepEqual(created(name), [`database.name: "${name}" is on the server already; take another name, such as synapse`]);
        assert.deepEqual(faults({ name: "postgres" }), [
            'database.name: "postgres" is on the server already; take another name, such as synapse',
        ]);
        for (const name of ["template0", "template1"]) assert.match(created(name).join(), /is PostgreSQL's own; take another name/);
        for (const name of ["pg_x", "pg_monitor", "public", "none"]) assert.match(created(name).join(), /keeps for itself/);
        assert.match(
            created("root", { adminUser: "root" }).join(),
            /^database\.name: "root" is adminUser too, and the homeserver's role must be another/,
        );
    });

    it("is one that needs no quotes where the program creates it, and any where it is given", () => {
        for (const name of ["Synapse", "synapse-prod", "1st", "a b"])
            assert.match(created(name).join(), /is not a valid name; use a-z, 0-9 and _/, name);
        for (const name of ["synapse-prod", "postgres", "Matrix"]) assert.deepEqual(faults({ host: "db", password: "x", name }), [], name);
        assert.match(faults({ host: "db", password: "x", name: "template1" }).join(), /PostgreSQL's own/);
    });
});

describe("settings of an existing server", () => {
    const cases: [string, Record<string, unknown>, string | RegExp][] = [
        [
            "neither of the passwords",
            { host: "db" },
            /^database\.adminPassword: is missing; run: pulumi config set --secret --path database\.adminPassword/,
        ],
        [
            "both passwords",
            { host: "db", adminPassword: "x", password: "y" },
            /^database\.adminPassword: creates a role .*remove one of them$/,
        ],
        ["a user without password", { host: "db", adminPassword: "x", user: "u" }, /^database\.user: .*set database\.password too/],
        ["a user alone", { user: "y" }, /^database\.user: is for a role and a database that exist already; set database\.password too/],
        [
            "an administrator's password without host",
            { adminPassword: "x" },
            "database.adminPassword: is for an existing server; set database.host too",
        ],
        ["TLS without host", { sslMode: "require" }, "database.sslMode: is for an existing server; set database.host too"],
        [
            "one role for the administrator and the homeserver",
            { host: "db", adminPassword: "x", adminUser: "synapse" },
            /^database\.name: "synapse" is adminUser too, .*such as matrix, or give the role/,
        ],
        [
            "verify-ca without an authority",
            { host: "db", password: "x", sslMode: "verify-ca" },
            /^database\.sslMode: "verify-ca" needs database\.authority/,
        ],
        ["an authority that is no certificate", { host: "db", password: "x", authority }, /^database\.authority: /],
        ["no connections", { connections: 0 }, "database.connections: 0 is too small; at least 1"],
    ];
    for (const [what, database, expected] of cases)
        it(`are not ${what}`, () => {
            const found = faults(database);
            assert.equal(found.length, 1, found.join("\n"));
            if (typeof expected === "string") assert.equal(found[0], expected);
            else assert.match(found[0] ?? "", expected);
        });

    it("may be a role and a database that exist, or verify-full by the system's authorities", () => {
        assert.deepEqual(faults({ host: "db", user: "matrix@server", password: "x", name: "m" }), []);
        assert.deepEqual(faults({ host: "db", adminPassword: "x", sslMode: "verify-full" }), []);
    });
});

describe("a database on an existing server", () => {
    const target: Target = { host: "db", port: 6432, name: "synapse", given: true, login: "matrix" };
    it("has brackets around an IPv6 address in its URL, and odd characters escaped", () => {
        const url = databaseUrl({ host: "2001:db8::10", port: 6432, sslmode: "require", user: "a@b", password: "x/y:z", name: "m" });
        assert.equal(url, "postgresql://a%40b:x%2Fy%3Az@[2001:db8::10]:6432/m?sslmode=require");
        assert.equal(new URL(url).host, "[2001:db8::10]:6432");
    });

    it("of another encoding or collation is refused with the statement that mends it", () => {
        const good = { encoding: "UTF8", collation: "C", ctype: "C", creates: true };
        assert.deepEqual(unfit(good, target), []);
        assert.deepEqual(unfit({ ...good, encoding: "SQL_ASCII", collation: "en_US.utf8" }, target), [
            `database.name: synapse has encoding SQL_ASCII instead of UTF8, collation en_US.utf8 instead of C, which Synapse refuses; pg_dump what it holds, drop it, make it anew (CREATE DATABASE "synapse" OWNER "matrix" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C') and restore it`,
        ]);
        assert.match(
            unfit({ ...good, creates: false }, target).join(),
            /^database\.user: matrix may not create tables .* GRANT CREATE ON SCHEMA "public" TO "matrix"$/,
        );
        assert.match(
            unfit({ ...good, schema: null, creates: false }, target).join(),
            /^database\.user: matrix has no schema .* CREATE SCHEMA "matrix" AUTHORIZATION "matrix"$/,
        );
        assert.match(
            unfit({ ...good, ofAnother: "users" }, target).join(),
            /^database\.user: matrix does not own users .*ALTER TABLE users OWNER TO "matrix"$/,
        );
    });

    it("that takes no writes is refused, and one that gives too few connections doubted", () => {
        assert.equal(writableFault({ replica: false, readOnly: false }, target), undefined);
        assert.equal(
            writableFault({ replica: true, readOnly: true }, target),
            "database.host: db is a replica, which takes no writes; give the primary server",
        );
        assert.match(writableFault({ readOnly: true }, target) ?? "", /^database\.name: synapse is read-only; /);
        assert.equal(connectionDoubt(97, 97, target), undefined);
        assert.match(connectionDoubt(98, 97, target) ?? "", /^database\.connections: is 98, but db gives matrix at most 97; lower it/);
    });

    it("is warned of where a crash may lose what was acknowledged", () => {
        const sure = { synchronousCommit: "on", fsync: "on", fullPageWrites: "on" };
        // Replication's own levels write to the disk as well.
        for (const synchronousCommit of ["on", "local", "remote_write", "remote_apply"])
            assert.equal(durabilityDoubt({ ...sure, synchronousCommit }, target), undefined);
        assert.match(
            durabilityDoubt({ ...sure, synchronousCommit: "off" }, target) ?? "",
            /^database\.host: db has synchronous_commit off for matrix, so a crash there may lose messages/,
        );
        assert.match(durabilityDoubt({ ...sure, fsync: "off", fullPageWrites: "off" }, target) ?? "", /has fsync and full_page_writes off/);
    });

    it("is refused on a server that Synapse does not accept", () => {
        assert.match(versionFault(130_014, target) ?? "", /^database\.host: db is PostgreSQL 13, and Synapse needs 14 or newer/);
        assert.equal(versionFault(140_000, target), undefined);
    });

    const errors: [string, Partial<Target>, string, RegExp][] = [
        ["28P01", {}, "password authentication failed", /^database\.password: db:6432 does not accept it for the user matrix$/],
        ["28P01", { given: false, login: "postgres" }, "", /^database\.adminPassword: db:6432 does not accept it for the user postgres$/],
        ["28000", {}, "no pg_hba.conf entry", /^database\.user: db:6432 does not let matrix in: no pg_hba\.conf entry$/],
        ["28000", {}, 'role "matrix" is not permitted to log in', /^database\.user: .*ALTER ROLE "matrix" LOGIN$/],
        ["28000", { sslMode: "disable" }, "rejects connection, no encryption", /^database\.sslMode: is disable, .*; set require$/],
        ["42501", {}, 'permission denied for database "synapse"', /^database\.user: .*GRANT CONNECT ON DATABASE "synapse" TO "matrix"$/],
        ["55000", {}, "", /^database\.name: synapse on db:6432 takes no connections; .*ALLOW_CONNECTIONS true$/],
        ["53300", {}, "too many connections", /^database\.connections: db:6432 has no connection left/],
        ["3D000", {}, "", /^database\.name: there is no database synapse on db:6432; make it: CREATE DATABASE "synapse" OWNER "matrix"/],
        [
            "ECONNRESET",
            { sslMode: "require" },
            "disconnected before secure TLS connection was established",
            /^database\.sslMode: is require, but db:6432 offers no TLS/,
        ],
        [
            "ERR_TLS_CERT_ALTNAME_INVALID",
            { sslMode: "verify-full" },
            "x",
            /^database\.host: the certificate of db:6432 is for another name/,
        ],
        ["CERT_HAS_EXPIRED", { sslMode: "verify-full" }, "", /^database\.sslMode: the certificate of db:6432 has expired/],
        ["DEPTH_ZERO_SELF_SIGNED_CERT", { sslMode: "verify-full" }, "", /^database\.authority: is missing: /],
        [
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            { sslMode: "verify-ca", authority },
            "",
            /^database\.authority: has not signed the certificate of db:6432/,
        ],
        ["ECONNRESET", {}, "read ECONNRESET", /^database\.host: db:6432: read ECONNRESET$/],
    ];
    for (const [code, more, message, expected] of errors)
        it(`that answers ${code}${more.given === false ? " to the administrator" : ""} is told in one line`, () =>
            assert.match(refusal(Object.assign(new Error(message), { code }), { ...target, ...more }).fault, expected));
});
