/** Several servers on this machine that federate with each other: brings them up, and takes them away. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { partImages } from "../../components/parts.ts";
import { bringUp, prepareState } from "../deployment/deployment.ts";
import { imageReference, stateDir } from "../project/checkout.ts";
import { duration } from "../project/duration.ts";
import { Failure } from "../project/failure.ts";
import { runPulumi, showPulumi } from "../project/pulumiCommand.ts";
import { removeNetwork } from "../stack/networks.ts";
import { authorityIn } from "./authority.ts";
import { ensureNetwork } from "./network.ts";
import { largest, type MeetingNetwork, meshContent, meshSettings, type NamedServer, namedServer } from "./server.ts";
import { hasSettings, writeStackFile } from "./stackFile.ts";

export interface Mesh {
    /** What its stacks' names begin with. */
    name: string;
    /** First port; each server takes a hundred. */
    base: number;
    network: MeetingNetwork;
}

/** That of `make mesh`. */
export const developmentMesh: Mesh = { name: "mesh", base: 10_000, network: { name: "matrix-synapse-mesh", subnet: "10.94.0.0/24" } };

/** @throws Failure for what is no number from 1 to 9 */
export function serversFrom(text: string | undefined): number {
    if (!text) return 2;
    if (!/^[1-9]$/.test(text)) throw new Failure(`SERVERS=${text}: a mesh has 1 to ${largest} servers`);
    return Number(text);
}

export async function meshUp(count: number, { name, base, network }: Mesh = developmentMesh): Promise<void> {
    const started = Date.now();
    const servers = Array.from({ length: count }, (_, index) => namedServer(index + 1, name, base));
    await ensureNetwork(network);
    // The first at the end: its room invites people of the others.
    for (const [index, server] of [...servers].reverse().entries()) {
        const { stack, serverName } = server;
        const own = Date.now();
        console.log(`❯ ${serverName} (${index + 1} of ${count}, stack ${stack})`);
        await prepareState(stack);
        // Not selected: whoever works on another stack goes on with that.
        if (!(await knownStacks()).includes(stack)) await runPulumi(["stack", "init", "--no-select", stack]);
        if (!hasSettings(stack)) await writeSettings(server, servers, network);
        await bringUp(stack);
        console.log(`✔ ${serverName} [${duration(Date.now() - own)}]`);
    }
    console.log(summary(servers, Date.now() - started));
}

export async function meshDown({ name, network }: Mesh = developmentMesh): Promise<void> {
    const started = Date.now();
    const stacks = (await knownStacks()).filter((stack) => new RegExp(`^${name}-[1-9]$`).test(stack));
    for (const stack of stacks) {
        console.log(`❯ ${stack}`);
        await prepareState(stack);
        await showPulumi(["destroy", "--yes", "--skip-preview", "--stack", stack]);
        await runPulumi(["stack", "rm", "--yes", "--preserve-config", "--stack", stack]);
    }
    await removeNetwork(network.name);
    console.log(`
${stacks.length === 0 ? "There was no mesh" : `The mesh is down: ${stacks.join(", ")} and network ${network.name} are gone`} [${duration(Date.now() - started)}].
What remains: their files Pulumi.${name}-*.yaml, which are yours, and the authority (.state/mesh).`);
}

async function knownStacks(): Promise<string[]> {
    const stacks: { name: string }[] = JSON.parse(await runPulumi(["stack", "ls", "--json"]));
    return stacks.map((stack) => stack.name);
}

async function writeSettings(server: NamedServer, all: NamedServer[], network: MeetingNetwork): Promise<void> {
    const directory = join(stateDir, "mesh");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const authority = await authorityIn(directory);
    const { gateway, ...settings } = meshSettings(server, network, authority);
    await writeStackFile(
        server.stack,
        {
            ...settings,
            // Its key comes encrypted.
            gateway: { ...gateway, authority: { certificate: authority.certificate } as typeof authority },
            images: Object.fromEntries(partImages.map((image) => [image, imageReference(image)])),
            ...meshContent(server, all),
        },
        authority,
        directory,
    );
}

/** Pure. */
export function summary(servers: NamedServer[], milliseconds: number): string {
    const [first, second = first] = servers;
    if (!first || !second) return "";
    const rows = servers.map(({ serverName, base, person, stack }) => [
        serverName,
        `http://localhost:${base + 8}`,
        `@${person}:${serverName}`,
        `stack ${stack}`,
    ]);
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const table = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
    const room = `#mesh:${first.serverName}`;
    return `
The mesh is up: ${servers.length} servers that federate with each other [${duration(milliseconds)}].
${table.join("\n")}
  Passwords  eval "$(make -s env)" && pulumi stack output users --show-secrets --stack ${first.stack}
             (@admin of each: adminPassword instead of users)
  Room       ${room}, public; people of the other servers are invited

What to try next
  sign in on two servers with any Matrix client of this machine; accept the invitation, or join ${room}; talk
  scripts/cli/resource-matrix-synapse --stack ${second.stack} status
  scripts/cli/resource-matrix-synapse --stack ${first.stack} content send-message mesh "Hello from ${first.serverName}"
  docs/examples/mesh/README.md   cut a server off, and more
  make mesh-down                 takes it all away`;
}
