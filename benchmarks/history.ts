/**
 * What a long history costs: start, send, sync, search, backup and restore, at each size on a stack of its own.
 *
 *   node --import tsx benchmarks/history.ts [MEGABYTES]...
 *
 * The history is written straight into the database (history/fill.py). Megabytes are what the database grows by.
 */
import assert from "node:assert/strict";
import { createReadStream, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { execa } from "execa";
import { stackPrefix } from "../components/platform/docker/labels.ts";
import { project } from "../scripts/project/checkout.ts";
import { BackupStack } from "../tests/support/backupStack.ts";
import { docker, eventually } from "../tests/support/docker.ts";
import { configure, type StackOutputs } from "../tests/support/stack.ts";

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10, 1024];
const stackName = "test-history";
const homeserver = `${stackPrefix(project, stackName)}-homeserver`;
const rooms = 20;
const samples = 50;

/** Milliseconds. */
async function timed(act: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await act();
    return performance.now() - began;
}

function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function settings(stack: BackupStack, backups: boolean) {
    const declared = stack.settings();
    return {
        ...declared,
        backup: backups ? declared.backup : undefined,
        bots: { one: { unlimited: true }, two: { unlimited: true } },
        rooms: Object.fromEntries(
            Array.from({ length: rooms }, (_, index) => [`room${index}`, { encrypted: false, members: { one: 50, two: 50 } }]),
        ),
    };
}

class Client {
    constructor(
        private readonly outputs: StackOutputs,
        private readonly bot: string,
    ) {}

    // biome-ignore lint/suspicious/noExplicitAny: an answer of Matrix' API, of which one field is read
    async ask(method: string, path: string, body?: object): Promise<any> {
        const answer = await fetch(`${this.outputs.clientUrl}/_matrix/client/v3/${path}`, {
            method,
            headers: { authorization: `Bearer ${this.outputs.bots[this.bot]?.accessToken}` },
            body: body && JSON.stringify(body),
        });
        assert.ok(answer.ok, `${path}: ${answer.status}`);
        return answer.json();
    }

    send(room: string, text: string) {
        const path = `rooms/${encodeURIComponent(room)}/send/m.room.message/${performance.now()}`;
        return this.ask("PUT", path, { msgtype: "m.text", body: text });
    }

    search(term: string) {
        return this.ask("POST", "search", { search_categories: { room_events: { search_term: term, order_by: "recent" } } });
    }
}

/** The figures of one size, by what was measured. */
async function measure(stack: BackupStack, megabytes: number): Promise<Record<string, string>> {
    configure(stackName, settings(stack, false));
    await stack.make("up");
    const outputs = await stack.outputs();
    const [one, two] = [new Client(outputs, "one"), new Client(outputs, "two")];
    const all = Object.values(outputs.rooms);
    for (const room of all) for (const client of [one, two]) await client.send(room, "the pattern of all others");
    const fill = execa("docker", ["exec", "--interactive", homeserver, "/usr/local/bin/python", "-", `${megabytes}`], {
        stderr: "inherit",
    });
    createReadStream(new URL("history/fill.py", import.meta.url)).pipe(fill.stdin);
    const messages = Number((await fill).stdout);

    const answers = () => eventually("an answer", 120_000, () => one.ask("GET", "account/whoami"));
    const start = await timed(async () => {
        await docker("restart", homeserver);
        await answers();
    });
    let since = "";
    const firstSync = await timed(async () => {
        since = (await two.ask("GET", "sync")).next_batch;
    });
    const sends: number[] = [];
    const deliveries: number[] = [];
    for (let count = 0; count < samples; count++) {
        const room = all[count % all.length] as string;
        const arrived = timed(async () => {
            since = (await two.ask("GET", `sync?timeout=30000&since=${since}`)).next_batch;
        });
        sends.push(await timed(() => one.send(room, `message ${count}`)));
        deliveries.push(await arrived);
    }
    const room = all[0] as string;
    const page = await one.ask("GET", `rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100`);
    const written: string[] = page.chunk.map(({ content }: { content: { body?: string } }) => content.body ?? "");
    const words = written.filter((body) => !/^message \d+$/.test(body)).flatMap((body) => body.split(" ").filter(Boolean));
    const times = (word: string) => words.filter((other) => other === word).length;
    const byTimes = [...new Set(words)].toSorted((a, b) => times(a) - times(b));
    const scroll = await timed(() => one.ask("GET", `rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100&from=${page.end}`));
    const rare = await timed(() => one.search(byTimes[0] as string));
    const frequent = await timed(() => one.search(byTimes.at(-1) as string));

    configure(stackName, settings(stack, true));
    const backup = await timed(async () => {
        await stack.make("up");
        await stack.make("backup");
    });
    writeFileSync(stack.passwordFile, (await stack.outputs()).backupPassword, { mode: 0o600 });
    const stored = (await execa("du", ["--summarize", "--block-size=1M", stack.repository])).stdout.split("\t")[0];
    const sizeOf = async () => {
        const query = "SELECT pg_database_size('synapse') / 1048576, (SELECT count(*) FROM events)";
        return docker("exec", `${stackPrefix(project, stackName)}-database`, "psql", "-U", "postgres", "-d", "synapse", "-Atc", query);
    };
    const before = await sizeOf();
    await stack.lose();
    const restore = await timed(async () => {
        const { exitCode, all: said } = await stack.restore();
        assert.equal(exitCode, 0, said);
    });
    assert.equal((await sizeOf()).split("|")[1], before.split("|")[1], "events after the restore");
    const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
    const milliseconds = (value: number) => `${Math.round(value)} ms`;
    return {
        messages: `${messages}`,
        "whole database": `${before.split("|")[0]} MB`,
        "start of Synapse": seconds(start),
        "send, p50": milliseconds(median(sends)),
        "sent and received by /sync, p50": milliseconds(median(deliveries)),
        "first /sync after the start": milliseconds(firstSync),
        "scroll back 100 messages": milliseconds(scroll),
        "search, a rare word": milliseconds(rare),
        "search, the most frequent word": milliseconds(frequent),
        "backups turned on, until all is stored": seconds(backup),
        repository: `${stored} MB`,
        restore: seconds(restore),
    };
}

const columns: Record<string, string>[] = [];
for (const size of sizes) {
    const stack = new BackupStack(stackName, 26400);
    try {
        columns.push(await measure(stack, size));
    } finally {
        await stack.removeAll();
    }
}
console.log(`\n| | ${sizes.map((size) => `${size} MB`).join(" | ")} |\n|---|${sizes.map(() => "---|").join("")}`);
for (const name of Object.keys(columns[0] ?? {})) console.log(`| ${name} | ${columns.map((column) => column[name]).join(" | ")} |`);
