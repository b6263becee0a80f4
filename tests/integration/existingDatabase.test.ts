import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { databaseTarget } from "../../components/database/target.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { changesOf } from "../support/changes.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { Authority } from "../support/federation/authority.ts";
import { parseSettings } from "../support/settings.ts";
import { configure, destroyStack, openStack, plain, smallStack } from "../support/stack.ts";

const stackName = "test-existing-database";
const base = 20000;
const server = "matrix-synapse-test-existing-server";

/** The image's own entry point, with TLS by the certificate in its environment. */
const withTls = `cd /tmp && umask 077 && printf %s "$CERTIFICATE" > server.crt && printf %s "$KEY" > server.key && chown postgres server.*
exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/tmp/server.crt -c ssl_key_file=/tmp/server.key`;

const image = "matrix-synapse-test-existing/synapse:authority";

/** The homeserver's image with one more authority among the system's. */
async function knowing(pem: string): Promise<string> {
    const dockerfile = `FROM ${imageReference("synapse")}\nARG PEM\nUSER root\nRUN printf '%s\\n' "$PEM" >> /etc/ssl/certs/ca-certificates.crt`;
    await execa("docker", ["build", "--quiet", "--tag", image, "--build-arg", `PEM=${pem}`, "-"], { input: dockerfile });
    return image;
}

describe("a stack on an existing PostgreSQL server", function () {
    this.timeout(180_000);
    const password = randomBytes(24).toString("hex");
    /** The engine's own address on its default bridge: this machine and all containers reach it. */
    let host: string;
    let authority: Authority;
    const directory = mkdtempSync(join(tmpdir(), "authority-"));
    let database: NonNullable<SettingsInput["database"]>;

    const query = (sql: string, of = "postgres") =>
        docker("exec", server, "psql", "--username=postgres", `--dbname=${of}`, "--no-psqlrc", "-Atqc", sql);

    before(async () => {
        await execa("docker", ["rm", "--force", "--volumes", server], { reject: false });
        const subnet = await docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}");
        host = subnet.replace(/\.0\/\d+$/, ".1");
        authority = new Authority();
        const { cert, key } = authority.issue({ names: [host] });
        const published = [32, 33].flatMap((port) => ["--publish", `${host}:${base + port}:5432`]);
        const environment = { POSTGRES_PASSWORD: password, CERTIFICATE: cert, KEY: key };
        const names = Object.keys(environment).flatMap((name) => ["--env", name]);
        await execa(
            "docker",
            ["run", "--detach", "--name", server, ...names, ...published, "--entrypoint", "sh", imageReference("postgres"), "-c", withTls],
            { env: environment },
        );
        await eventually("PostgreSQL", 30_000, () => docker("exec", server, "pg_isready", "--host=127.0.0.1", "--quiet"));
        database = { host, port: base + 32, sslMode: "verify-full", authority: authority.root, adminPassword: password };
    });
    after(async () => {
        delete process.env.NODE_EXTRA_CA_CERTS;
        await destroyStack(stackName);
        await docker("rm", "--force", "--volumes", server);
        await execa("docker", ["image", "rm", image], { reject: false });
        rmSync(directory, { recursive: true });
        authority.remove();
    });

    it("makes its role and database there, over TLS by the authority given, and runs no server of its own", async () => {
        configure(stackName, smallStack(base, { database }));
        const stack = await openStack(stackName);
        const outputs = plain((await stack.up()).outputs);
        await botSpeaksAndAdministratorReads(outputs);
        assert.ok(!("database" in (await containers(stackName))));
        assert.equal(await query("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'synapse'"), "f|f");
        const encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'synapse'";
        assert.equal(await query(encrypted), "t");
        const { changeSummary } = await stack.preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
        await query("CREATE ROLE stranger LOGIN");
        const connects = ["stranger", "synapse", "postgres"].map((role) => `has_database_privilege('${role}', 'synapse', 'CONNECT')`);
        assert.equal(await query(`SELECT ${connects.join(", ")}`), "f|t|t");
        await assert.rejects(query("SET SESSION AUTHORIZATION stranger; CREATE TEMPORARY TABLE t ()", "synapse"), /permission denied/);
    });

    it("moves to another address of its data, and to no other data", async () => {
        const moved = await changesOf(stackName, smallStack(base, { database: { ...database, port: base + 33 } }));
        assert.deepEqual(moved.faults, []);
        await query("CREATE ROLE other LOGIN PASSWORD 'other'");
        await query("CREATE DATABASE other OWNER other TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        const { adminPassword: _, ...given } = { ...database, name: "other", password: "other" };
        const refusals: [NonNullable<SettingsInput["database"]>, RegExp][] = [
            [
                { ...database, name: "matrix" },
                /^database\.name: was synapse and is matrix now; .*stop the homeserver first \(docker stop matrix-synapse-test-existing-database-homeserver\), or set it back$/,
            ],
            [
                { ...given, port: base + 33 },
                /^database\.host: the data is in synapse on .*:20032, and other on .*:20033 holds none; dump and restore it first/,
            ],
            [given, /^database\.password: role and database synapse were created by this stack, which would delete them/],
            [{ port: base + 32 }, /^database\.host: was .*, which holds the data; the stack's own server would begin empty; set it back/],
        ];
        for (const [changed, expected] of refusals) {
            const { faults } = await changesOf(stackName, smallStack(base, { database: changed }));
            assert.equal(faults.length, 1, faults.join("\n"));
            assert.match(faults[0] ?? "", expected);
        }
    });

    it("says in one line why a server, a role or a database will not do", async () => {
        await query("CREATE DATABASE german OWNER other TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C'");
        await query("CREATE ROLE weak LOGIN PASSWORD 'weak'");
        const deaf = createServer((socket) => socket.once("data", () => socket.end("N"))).listen(0, host);
        await once(deaf, "listening");
        const elsewhere = await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", server);
        const { adminPassword: _, ...entered } = database;
        const given = { ...entered, name: "other", password: "other" };
        const cases: [string, NonNullable<SettingsInput["database"]>, string[]][] = [
            ["a database as it should be", given, []],
            [
                "the password of another",
                { ...given, password: "wrong" },
                [`database.password: ${host}:20032 does not accept it for the user other`],
            ],
            [
                "the administrator's of another",
                { ...database, adminPassword: "wrong" },
                [`database.adminPassword: ${host}:20032 does not accept it for the user postgres`],
            ],
            [
                "no such database",
                { ...given, name: "nowhere", user: "other" },
                [
                    `database.name: there is no database nowhere on ${host}:20032; make it: CREATE DATABASE "nowhere" OWNER "other" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
                ],
            ],
            [
                "encoding and collation",
                { ...given, name: "german", user: "other" },
                [
                    `database.name: german has encoding SQL_ASCII instead of UTF8, collation C.UTF-8 instead of C, which Synapse refuses; pg_dump what it holds, drop it, make it anew (CREATE DATABASE "german" OWNER "other" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C') and restore it`,
                ],
            ],
            [
                "a role without rights",
                { ...given, user: "weak", password: "weak" },
                [
                    `database.user: weak may not create tables in other; run as a superuser in other: GRANT CREATE ON SCHEMA "public" TO "weak"`,
                ],
            ],
            [
                "an administrator without rights",
                { ...database, name: "fresh", adminUser: "weak", adminPassword: "weak" },
                [
                    `database.adminUser: weak may not create roles and databases; run as a superuser: ALTER ROLE "weak" CREATEROLE CREATEDB; or give a role and a database that exist (database.password)`,
                ],
            ],
            [
                "names that are taken",
                { ...database, name: "other" },
                [
                    `database.name: there is a role and database other on ${host} already; take another name, or use what is there: database.password instead of database.adminPassword`,
                ],
            ],
            [
                "no authority",
                { ...given, authority: undefined },
                [
                    `database.authority: is missing: the certificate of ${host}:20032 is not signed by an authority that systems trust, and database.sslMode is verify-full`,
                ],
            ],
            [
                "a certificate for another name",
                { ...given, host: elsewhere, port: 5432 },
                [`database.host: the certificate of ${elsewhere}:5432 is for another name`],
            ],
            ["verify-ca, which asks for no name", { ...given, host: elsewhere, port: 5432, sslMode: "verify-ca" }, []],
            [
                "no TLS",
                { ...given, authority: undefined, sslMode: "require", port: (deaf.address() as AddressInfo).port },
                [
                    `database.sslMode: is require, but ${host}:${(deaf.address() as AddressInfo).port} offers no TLS; turn it on there (ssl = on), or set disable`,
                ],
            ],
        ];
        try {
            for (const [what, settings, expected] of cases) {
                const { faults } = await databaseTarget(parseSettings({ serverName: "localhost", database: settings }), false);
                assert.equal(faults.length, expected.length, `${what}: ${faults.join("\n")}`);
                for (const [index, fault] of faults.entries()) assert.ok(fault.startsWith(expected[index] as string), `${what}: ${fault}`);
            }
        } finally {
            deaf.close();
        }
    });

    it("takes a role and a database that are given as they are, by the system's authorities, and leaves them when it is destroyed", async () => {
        await destroyStack(stackName);
        assert.equal(await query("SELECT count(*) FROM pg_database WHERE datname = 'synapse'"), "0");
        const { adminPassword: _, authority: __, ...entered } = database;
        const small = smallStack(base, { database: { ...entered, name: "other", password: "other", connections: 3 } });
        configure(stackName, { ...small, images: { ...small.images, synapse: await knowing(authority.root) } });
        const file = join(directory, "authority.pem");
        writeFileSync(file, authority.root);
        process.env.NODE_EXTRA_CA_CERTS = file;
        const stack = await openStack(stackName);
        const outputs = plain((await stack.up()).outputs);
        await botSpeaksAndAdministratorReads(outputs);
        assert.equal(outputs.databaseUrl, `postgresql://other:other@${host}:${base + 32}/other?sslmode=verify-full`);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        const count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'synapse'";
        assert.ok(Number(await query(count)) <= 3, "more connections than declared");
        await destroyStack(stackName);
        assert.equal(await query("SELECT count(*) FROM users WHERE deactivated = 0", "other"), "2");
    });
});
