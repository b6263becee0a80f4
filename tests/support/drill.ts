/** The stack of the long drill: people, rooms of which some are encrypted, and bots that fill them. */
import { randomInt } from "node:crypto";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { project } from "../../scripts/project/checkout.ts";
import { type Acknowledged, Load, upTo } from "./backup.ts";
import type { BackupOutputs } from "./backupStack.ts";
import { docker } from "./docker.ts";

export const people = 50;
export const plainRooms = 16;
export const encryptedRooms = 4;
const senders = 8;
const senderKeys = Array.from({ length: senders }, (_, index) => `sender${index}`);
const megabyte = 1_000_000;
/** Files as large as this: few. */
const large = 20 * megabyte;

const numbered = <T>(count: number, key: string, entry: (index: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${key}${index}`, entry(index)]));

export function content(): Partial<SettingsInput> {
    return {
        users: numbered(people, "person", (index) => ({ password: `the password of person ${index}` })),
        bots: {
            ...Object.fromEntries(senderKeys.map((key) => [key, { unlimited: true }])),
            alice: { unlimited: true },
            bob: { unlimited: true },
        },
        rooms: {
            ...numbered(plainRooms, "room", (index) => ({
                encrypted: false,
                members: {
                    [`sender${index % senders}`]: 0,
                    ...Object.fromEntries(Array.from({ length: 3 }, (_, one) => [`person${(index * 3 + one) % people}`, 0])),
                },
            })),
            ...numbered(encryptedRooms, "secret", () => ({ members: { alice: 50, bob: 50 } })),
        },
    };
}

/** Bots that send until they are stopped. */
export class Crowd {
    private readonly loads: Load[];

    constructor({ clientUrl: url, bots, rooms }: BackupOutputs) {
        const placesOf = (sender: number) =>
            Array.from({ length: plainRooms / senders }, (_, one) => rooms[`#room${sender + one * senders}:localhost`] ?? "");
        this.loads = senderKeys.map(
            (key, sender) =>
                new Load({
                    url,
                    accessToken: bots[key]?.accessToken ?? "",
                    rooms: placesOf(sender),
                    pause: 5,
                    // Two of a hundred are large.
                    files: { every: 24, bytes: () => (randomInt(100) < 2 ? large : upTo(3.5 * megabyte)()) },
                }),
        );
    }

    /** In the order of time. */
    get acknowledged(): Acknowledged[] {
        return this.loads.flatMap(({ acknowledged }) => acknowledged).sort((one, other) => one.at - other.at);
    }

    async stop(): Promise<void> {
        await Promise.all(this.loads.map((load) => load.stop()));
    }
}

/** Answers of the homeserver's own database, a line a row. */
export async function rowsOf(stack: string, query: string): Promise<string[]> {
    const words = ["psql", "--username=synapse", "--no-align", "--tuples-only", "--command", query, "synapse"];
    return (await docker("exec", `${project}-${stack}-database`, ...words)).split("\n").filter(Boolean);
}

/** Those that the database has no row of. */
export async function withoutRow(stack: string, all: readonly Acknowledged[]): Promise<Acknowledged[]> {
    const there = new Set([
        ...(await rowsOf(stack, "select event_id from events")),
        ...(await rowsOf(stack, "select media_id from local_media_repository")),
    ]);
    return all.filter(({ id }) => !there.has(id.replace(/^mxc:\/\/[^/]+\//, "")));
}
