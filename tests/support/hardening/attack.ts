/** What the attacks of the hardening tests have in common: whom they attack, how bytes are sent as they are, and what came of it. */
import assert from "node:assert/strict";
import { connect } from "node:tls";
import { execa } from "execa";
import { stackPrefix } from "../../../components/platform/docker/labels.ts";
import { project } from "../../../scripts/project/checkout.ts";
import type { Finding } from "../../../scripts/testing/finding.ts";
import { eventually } from "../docker.ts";
import type { StackOutputs } from "../stack.ts";

export interface Target {
    stack: `test-${string}`;
    /** First of the ports that a small stack has. */
    base: number;
    outputs: StackOutputs;
}

/** What came of attacks of one kind. */
export interface Outcome {
    /** Their kind. */
    tried: string;
    times: number;
    /** Those that succeeded, as a person can tell them apart. */
    succeeded: string[];
    /** Figures. */
    seen: string;
}

export const containerOf = ({ stack }: Target, role: string) => `${stackPrefix(project, stack)}-${role}`;
export const networkOf = ({ stack }: Target) => stackPrefix(project, stack);

/** @throws if one succeeded, or none was tried */
export function assertRepelled({ tried, times, succeeded }: Outcome): void {
    assert.ok(times > 0, `${tried}: nothing was tried`);
    assert.deepEqual(succeeded, [], tried);
}

export function asFinding({ tried, times, succeeded, seen }: Outcome): Finding {
    return { tried, times, lost: succeeded.length, seen };
}

/**
 * Sends bytes over TLS and returns everything that is answered until the connection is closed, or nothing came for a while.
 * @param quietMilliseconds of silence that end it
 */
export function sendRaw(
    { base, outputs }: Target,
    bytes: string | Buffer,
    quietMilliseconds = 1000,
    protocol = "http/1.1",
): Promise<Buffer> {
    return new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port: base + 43, servername: "localhost", ca: outputs.certificateAuthority };
        const socket = connect({ ...options, ALPNProtocols: [protocol] }, () => socket.write(bytes));
        const received: Buffer[] = [];
        const end = () => {
            socket.destroy();
            resolve(Buffer.concat(received));
        };
        socket.setTimeout(quietMilliseconds, end);
        socket.on("data", (chunk) => received.push(chunk));
        socket.on("end", end);
        // Reset while it was still sending: what had been answered before counts.
        socket.on("error", (error: NodeJS.ErrnoException) => (socket.authorized || received.length > 0 ? end() : reject(error)));
    });
}

/** Of each request that the homeserver has answered since then: the request line, and the status. */
async function answeredSince(target: Target, since: Date): Promise<{ method: string; path: string; status: number }[]> {
    const { all = "" } = await execa("docker", ["logs", "--since", since.toISOString(), containerOf(target, "homeserver")], {
        all: true,
        maxBuffer: 2 ** 30,
    });
    return [...all.matchAll(/Processed request: .* \d+B (\d+)!? "(\S+) (.*?) HTTP\//g)].map(([, status, method = "", path = ""]) => ({
        method,
        path,
        status: Number(status),
    }));
}

/** What of the administration API the homeserver has answered since then, but for one request from this machine that ends the wait for its log. */
export async function administrationSince(target: Target, since: Date): Promise<string[]> {
    const last = `/_synapse/admin/v1/server_version?last=${process.pid}.${since.getTime()}`;
    await fetch(`http://127.0.0.1:${target.base + 8}${last}`);
    const paths = await eventually("the log of the homeserver", 10_000, async () => {
        const answered = await answeredSince(target, since);
        assert.ok(answered.some(({ path }) => path === last));
        return answered.map(({ path }) => path);
    });
    return paths.filter((path) => isAdministration(path) && path !== last);
}

/** Whether Synapse takes a path for one of its administration: it splits it as it comes, and decodes each part once. */
function isAdministration(path: string): boolean {
    const [, first = "", second = ""] = (path.split("?")[0] ?? "").split("/").map(decoded);
    return first === "_synapse" && second !== "client";
}

function decoded(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

/** In order, so many at a time. */
export async function inTurns<T, R>(all: readonly T[], atATime: number, act: (one: T, index: number) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    let next = 0;
    const work = async () => {
        for (let index = next++; index < all.length; index = next++) results[index] = await act(all[index] as T, index);
    };
    await Promise.all(Array.from({ length: atATime }, work));
    return results;
}

/** Such as "404 ×300, 400 ×12". */
export function countsOf(values: readonly (string | number)[]): string {
    const counts = new Map<string | number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts]
        .sort(([, a], [, b]) => b - a)
        .map(([value, count]) => `${value} ×${count}`)
        .join(", ");
}

/** Status of an answer in HTTP/1.1; "closed" where there was none. */
export function statusOf(answer: Buffer | string): string {
    return /^HTTP\/1\.\d (\d+)/.exec(`${answer}`)?.[1] ?? "closed";
}
