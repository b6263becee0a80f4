/** A small authoritative name server on loopback. Source of the format: RFC 1035, RFC 2782, RFC 3596. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export type DnsRecord =
    | { type: "A" | "AAAA" | "CNAME"; to: string }
    | { type: "SRV"; to: string; port: number; priority?: number; weight?: number };

/** Records by name; a name that is not in it does not exist. `fails` answers SERVFAIL, `silent` nothing. */
export type Zone = Record<string, DnsRecord[] | "fails" | "silent">;

const numbers = { A: 1, CNAME: 5, AAAA: 28, SRV: 33 } as const;

export class NameServer {
    zone: Zone = {};
    readonly #socket: Socket = createSocket("udp4");

    /** @returns its address and port */
    async start(): Promise<string> {
        this.#socket.on("message", (question, from) => {
            const answer = answerTo(question, this.zone);
            if (answer) this.#socket.send(answer, from.port, from.address);
        });
        this.#socket.bind(0, "127.0.0.1");
        await once(this.#socket, "listening");
        return `127.0.0.1:${this.#socket.address().port}`;
    }

    stop(): void {
        this.#socket.close();
    }
}

function answerTo(question: Buffer, zone: Zone): Buffer | undefined {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
        labels.push(question.toString("latin1", at + 1, at + 1 + length));
        at += 1 + length;
    }
    const asked = question.subarray(12, at + 5);
    const type = question.readUInt16BE(at + 1);
    const name = labels.join(".").toLowerCase();
    const there = Object.hasOwn(zone, name) ? zone[name] : undefined;
    if (there === "silent") return undefined;
    const records = Array.isArray(there) ? matching(name, type, zone) : [];
    const code = there === "fails" ? 2 : there === undefined ? 3 : 0;
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    // An answer, authoritative, recursion asked for and available.
    head.writeUInt16BE(0x8580 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    return Buffer.concat([head, asked, ...records]);
}

/** An alias is followed, as a resolver would. */
function matching(name: string, type: number, zone: Zone): Buffer[] {
    const records = zone[name];
    if (!Array.isArray(records)) return [];
    return records.flatMap((record) => {
        if (numbers[record.type] === type) return [encoded(name, record)];
        if (record.type === "CNAME") return [encoded(name, record), ...matching(record.to, type, zone)];
        return [];
    });
}

function encoded(name: string, record: DnsRecord): Buffer {
    const data = dataOf(record);
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(numbers[record.type], 0);
    fixed.writeUInt16BE(1, 2);
    fixed.writeUInt32BE(60, 4);
    fixed.writeUInt16BE(data.length, 8);
    return Buffer.concat([encodedName(name), fixed, data]);
}

function dataOf(record: DnsRecord): Buffer {
    if (record.type === "A") return Buffer.from(record.to.split(".").map(Number));
    if (record.type === "CNAME") return encodedName(record.to);
    if (record.type === "SRV") {
        const fixed = Buffer.alloc(6);
        for (const [index, number] of [record.priority ?? 10, record.weight ?? 5, record.port].entries())
            fixed.writeUInt16BE(number, index * 2);
        return Buffer.concat([fixed, encodedName(record.to)]);
    }
    const [before = [], after = []] = record.to.split("::").map((half) => half.split(":").filter(Boolean));
    const groups = [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
    return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** "." is the root. */
function encodedName(name: string): Buffer {
    const labels = name.split(".").filter(Boolean);
    return Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
}
