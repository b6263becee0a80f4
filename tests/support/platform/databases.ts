/** Looks at the databases that the program beside this file declares, past Pulumi. */
import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { docker } from "../docker.ts";

type Server = "database" | "archive";
const containerOf = (server: Server) => `platform-test-test-platform-${server}`;

/** With the passwords in them. */
export async function urlsOf(stack: Stack): Promise<URL[]> {
    const { urls } = await stack.outputs();
    return ((urls?.value ?? []) as string[]).map((url) => new URL(url));
}

/** By the container that the server is in. */
export async function urlsByServer(stack: Stack): Promise<Record<Server, URL[]>> {
    const urls = await urlsOf(stack);
    return { database: urls.filter((url) => serverOf(url) === "database"), archive: urls.filter((url) => serverOf(url) === "archive") };
}

export function serverOf({ port }: URL): Server {
    return port === "27032" ? "database" : "archive";
}

/** As the superuser. */
export function sql(server: Server, database: string, statement: string): Promise<string> {
    return docker("exec", containerOf(server), "psql", "--username=postgres", `--dbname=${database}`, "--no-psqlrc", "-Atqc", statement);
}

/** Over the network, with the password, as a workload connects. */
export async function asRole({ username, password, port }: URL, database: string, statement: string): Promise<string> {
    const environment = ["--env", `PGPASSWORD=${decodeURIComponent(password)}`];
    const server = serverOf({ port } as URL);
    const command = ["psql", "--host=127.0.0.1", `--username=${username}`, `--dbname=${database}`, "--no-psqlrc", "-Atqc", statement];
    const { stdout, stderr, failed } = await execa("docker", ["exec", ...environment, containerOf(server), ...command], { reject: false });
    return failed ? stderr : stdout;
}

const whoAmI = "SELECT current_database() || ' of ' || current_user";
const nameOf = ({ pathname }: URL) => pathname.slice(1);

/** Each database answers its own role and the superuser, and refuses every other role of its server. */
export async function assertClosed(urls: URL[]): Promise<void> {
    let refused = 0;
    for (const url of urls) {
        const name = nameOf(url);
        assert.equal(await asRole(url, name, whoAmI), `${name} of ${url.username}`);
        assert.equal(await sql(serverOf(url), name, whoAmI), `${name} of postgres`);
        for (const other of urls.filter(({ port, username }) => port === url.port && username !== url.username)) {
            assert.match(
                await asRole(other, name, whoAmI),
                new RegExp(`permission denied for database "${name}"`),
                `${other.username}: ${name}`,
            );
            refused++;
        }
    }
    assert.ok(refused >= 2, "no role was refused: there is nothing to tell apart");
}

interface Resource {
    type: string;
    urn: string;
}

/** Takes role and database that are on the server into the state, as docs for DatabaseArgs.keep tell. */
export async function takeUp(stack: Stack, server: Server, purpose: string): Promise<void> {
    const resources: Resource[] = (await stack.exportStack()).deployment.resources;
    const urn = (type: string) => {
        const found = resources.find((resource) => resource.type === type && resource.urn.endsWith(`::${server}`));
        return found?.urn ?? assert.fail(`there is no ${type} ${server}`);
    };
    const nameTable = {
        server: urn("matrix-synapse:database:DatabaseServer"),
        provider: urn("pulumi:providers:postgresql"),
    } as Record<string, string>;
    const common = { id: purpose, parent: "server", provider: "provider" };
    await stack.import({
        protect: false,
        generateCode: false,
        nameTable: nameTable as never,
        resources: [
            { type: "postgresql:index/role:Role", name: `${server}-${purpose}-role`, ...common },
            { type: "postgresql:index/database:Database", name: `${server}-${purpose}`, ...common },
        ],
    });
}
