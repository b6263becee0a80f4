/** Files as clients send and fetch them, and files that a malware scanner must find. */
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { project } from "../../scripts/project/checkout.ts";
import { docker } from "./docker.ts";
import type { StackOutputs } from "./stack.ts";

/** The test file of https://www.eicar.org, not in the clear, so that a scanner of this machine leaves this file alone. */
export const eicar = Buffer.from("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=", "base64");

/** A picture of one pixel. */
export const picture = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
);

/** A directory with one signature, by which ClamAV finds that file. */
export function signatureDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), "signatures-"));
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "test.ndb"), `Eicar-Test:0:*:${eicar.toString("hex")}\n`, { mode: 0o644 });
    return directory;
}

export interface Answer {
    status: number;
    /** The answer where it is JSON. */
    json: Record<string, unknown>;
    bytes: Buffer;
}

/** Somebody who is signed in. */
export class MediaClient {
    private constructor(
        private readonly url: string,
        private readonly accessToken: string,
    ) {}

    static async ofBot({ clientUrl, bots }: StackOutputs, bot: string): Promise<MediaClient> {
        return new MediaClient(clientUrl, bots[bot]?.accessToken ?? "");
    }

    static async ofAdministrator({ clientUrl, adminUserId, adminPassword }: StackOutputs): Promise<MediaClient> {
        return new MediaClient(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
    }

    async ask(method: string, path: string, body?: Buffer | object, type = "application/octet-stream"): Promise<Answer> {
        const json = body !== undefined && !Buffer.isBuffer(body);
        const answer = await fetch(`${this.url}${path}`, {
            method,
            headers: { authorization: `Bearer ${this.accessToken}`, "content-type": json ? "application/json" : type },
            ...(body !== undefined && { body: json ? JSON.stringify(body) : new Uint8Array(body) }),
        });
        const bytes = Buffer.from(await answer.arrayBuffer());
        const isJson = answer.headers.get("content-type")?.startsWith("application/json");
        return { status: answer.status, json: isJson ? JSON.parse(bytes.toString()) : {}, bytes };
    }

    upload(bytes: Buffer, type?: string): Promise<Answer> {
        return this.ask("POST", "/_matrix/media/v3/upload?filename=file", bytes, type);
    }

    /** @returns its server and ID, as they are in a path */
    async store(bytes: Buffer, type?: string): Promise<string> {
        const { status, json } = await this.upload(bytes, type);
        if (status !== 200) throw new Error(`not stored: ${status} ${JSON.stringify(json)}`);
        return String(json.content_uri).slice("mxc://".length);
    }

    download(file: string): Promise<Answer> {
        return this.ask("GET", `/_matrix/client/v1/media/download/${file}`);
    }

    thumbnail(file: string): Promise<Answer> {
        return this.ask("GET", `/_matrix/client/v1/media/thumbnail/${file}?width=32&height=32&method=crop`);
    }
}

const containerOf = (stack: string, role: string) => `${stackPrefix(project, stack)}-${role}`;

/** Paths of the files that the homeserver has on its own disk, from the store on. */
export async function onDisk(stack: string): Promise<string[]> {
    const list = await docker("exec", containerOf(stack, "homeserver"), "find", "/var/tmp/media_store", "-type", "f", "-printf", "%P\n");
    return list.split("\n").filter(Boolean).sort();
}

/** As a disk that was lost or emptied. */
export async function emptyDisk(stack: string): Promise<void> {
    await docker("exec", containerOf(stack, "homeserver"), "find", "/var/tmp/media_store", "-type", "f", "-delete");
}

/** As if everything on the disk had been there for an hour: what is new might still be written. */
export async function ageDisk(stack: string): Promise<void> {
    const words = ["find", "/var/tmp/media_store", "-type", "f", "-exec", "touch", "-d", "-1 hour", "{}", "+"];
    await docker("exec", containerOf(stack, "homeserver"), ...words);
}

/** Runs the job that looks after the store once. @param change of its configuration @returns what it counted */
export async function runJob(stack: string, change: Record<string, unknown> = {}): Promise<Record<string, number>> {
    const script = `import json, subprocess, sys
given = json.load(open("/etc/media/job.json")) | json.loads(sys.argv[1])
json.dump(given, open("/tmp/job.json", "w"))
sys.exit(subprocess.call(["python3", "/media_job.py", "/tmp/job.json", "once"]))`;
    return JSON.parse(await docker("exec", containerOf(stack, "media"), "python3", "-c", script, JSON.stringify(change)));
}

/** Those among them in which a text is. */
export async function onDiskWith(stack: string, text: string): Promise<string[]> {
    const search = `grep -rlF "$1" /var/tmp /tmp || true`;
    const found = await docker("exec", containerOf(stack, "homeserver"), "sh", "-c", search, "search", text);
    return found.split("\n").filter(Boolean);
}
