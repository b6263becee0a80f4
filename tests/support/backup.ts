/** What the drill of a restore needs: load whose acknowledgements are kept, and a server that is lost. */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { imageReference, project } from "../../scripts/project/checkout.ts";
import { docker } from "./docker.ts";

/** Something that the server said it had taken. */
export interface Acknowledged {
    /** Event ID, or mxc URI. */
    id: string;
    room?: string;
    /** SHA-256 of a file. */
    hash?: string;
    /** Milliseconds since 1970. */
    at: number;
}

/** A directory that backups may be stored in. */
export function repositoryDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), "backup-"));
    if (process.getuid?.() === 0) chownSync(directory, 991, 991);
    else chmodSync(directory, 0o777);
    return directory;
}

/** What is in it belongs to the user that stores backups. */
export async function removeRepository(directory: string): Promise<void> {
    const place = ["--volume", `${directory}:/repository`, "--user", "991:991"];
    await docker("run", "--rm", ...place, "--entrypoint", "find", imageReference("base"), "/repository", "-mindepth", "1", "-delete");
    rmSync(directory, { recursive: true });
}

export interface LoadArgs {
    url: string;
    accessToken: string;
    rooms: string[];
    /** Milliseconds between two messages. */
    pause: number;
    /** A file after so many messages, and the size of the next in bytes. */
    files: { every: number; bytes: () => number };
}

/** Sends messages and files until it is stopped, or the server goes. */
export class Load {
    readonly acknowledged: Acknowledged[] = [];
    private going = true;
    private readonly end: Promise<void>;

    constructor(private readonly args: LoadArgs) {
        this.end = this.send();
    }

    /** No answer after it counts. */
    async stop(): Promise<void> {
        this.going = false;
        await this.end;
    }

    private async send(): Promise<void> {
        const { rooms, pause, files } = this.args;
        for (let count = 0; this.going; count++) {
            const room = rooms[count % rooms.length] as string;
            const path = `rooms/${encodeURIComponent(room)}/send/m.room.message/${process.pid}.${Date.now()}.${count}`;
            const sent = await this.ask("PUT", `v3/${path}`, JSON.stringify({ msgtype: "m.text", body: `message ${count}` }));
            if (sent?.event_id) this.acknowledged.push({ id: sent.event_id, room, at: Date.now() });
            if (count % files.every === 0) await this.upload(files.bytes());
            await sleep(pause);
        }
    }

    private async upload(size: number): Promise<void> {
        const bytes = randomBytes(size);
        const { content_uri: id } = (await this.ask("POST", "/media", bytes)) ?? {};
        if (id) this.acknowledged.push({ id, hash: createHash("sha256").update(bytes).digest("hex"), at: Date.now() });
    }

    private async ask(method: string, path: string, body: string | Buffer): Promise<Record<string, string> | undefined> {
        const { url, accessToken } = this.args;
        const address = path === "/media" ? `${url}/_matrix/media/v3/upload?filename=file` : `${url}/_matrix/client/${path}`;
        try {
            const answer = await fetch(address, { method, body: body as BodyInit, headers: { authorization: `Bearer ${accessToken}` } });
            return answer.ok ? ((await answer.json()) as Record<string, string>) : undefined;
        } catch {
            return undefined;
        }
    }
}

/** A size in bytes. */
export const upTo = (largest: number) => () => 1 + Math.floor(Math.random() * largest);

/** Which of these the server does not have, or has otherwise. */
export async function lost(url: string, accessToken: string, all: readonly Acknowledged[]): Promise<Acknowledged[]> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const isThere = async ({ id, room, hash }: Acknowledged): Promise<boolean> => {
        const path =
            room === undefined
                ? `v1/media/download/${id.slice("mxc://".length)}`
                : `v3/rooms/${encodeURIComponent(room)}/event/${encodeURIComponent(id)}`;
        const answer = await fetch(`${url}/_matrix/client/${path}`, { headers });
        const bytes = Buffer.from(await answer.arrayBuffer());
        return answer.ok && (hash === undefined || createHash("sha256").update(bytes).digest("hex") === hash);
    };
    const found: Acknowledged[] = [];
    for (const one of all) if (!(await isThere(one))) found.push(one);
    return found;
}

/** As a fire would: everything of the stack that Docker has, data included. The state in this checkout goes by other means. */
export async function destroyMachine(stack: string): Promise<void> {
    const filter = ["--quiet", "--filter", `label=${stackLabel}=${stackPrefix(project, stack)}`];
    const remove = async (kind: "container" | "volume" | "network", list: string[], ...how: string[]) => {
        const ids = (await docker(kind, "ls", ...list, ...filter)).split("\n").filter(Boolean);
        if (ids.length > 0) await docker(kind, "rm", ...how, ...ids);
    };
    await remove("container", ["--all"], "--force", "--volumes");
    await remove("volume", [], "--force");
    await remove("network", []);
}
