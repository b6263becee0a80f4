/**
 * A bot's directory, for one process at a time:
 *
 * - `bot.json` (0600): who the bot is, its token, its place in the sync stream, what it knows of rooms, its own values
 * - `crypto/`: the keys
 * - `lock`
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreType } from "@matrix-org/matrix-sdk-crypto-nodejs";
import { type ICryptoRoomInformation, type IFilterInfo, type IStorageProvider, RustSdkCryptoStorageProvider } from "matrix-bot-sdk";
import { holdDirectory } from "./crypto/directoryLock.ts";

interface Content {
    version: 1;
    userId?: string;
    deviceId?: string;
    accessToken?: string;
    syncToken: string | null;
    filter: IFilterInfo | null;
    rooms: Record<string, ICryptoRoomInformation>;
    values: Record<string, string>;
}

export class BotStore implements IStorageProvider {
    /** Whether there was nothing in the directory. */
    readonly isNew: boolean;
    readonly #file: string;
    readonly #release: () => void;
    readonly #content: Content;

    /** @throws if the directory is in use by another process, or its file is not one of these */
    constructor(readonly directory: string) {
        this.#release = holdDirectory(directory);
        this.#file = join(directory, "bot.json");
        this.isNew = !existsSync(this.#file) && isEmpty(this.cryptoDirectory);
        try {
            this.#content = read(this.#file);
        } catch (error) {
            this.#release();
            throw error;
        }
    }

    get cryptoDirectory(): string {
        return join(this.directory, "crypto");
    }

    get userId(): string | undefined {
        return this.#content.userId;
    }

    get deviceId(): string | undefined {
        return this.#content.deviceId;
    }

    get accessToken(): string | undefined {
        return this.#content.accessToken;
    }

    /** Ties the directory to this device. */
    setIdentity(userId: string, deviceId: string, accessToken: string): void {
        this.#change({ userId, deviceId, accessToken });
    }

    getSyncToken(): string | null {
        return this.#content.syncToken;
    }

    setSyncToken(syncToken: string | null): void {
        this.#change({ syncToken });
    }

    getFilter(): IFilterInfo {
        // The interface of matrix-bot-sdk has no word for none; its own providers answer null.
        return this.#content.filter as IFilterInfo;
    }

    setFilter(filter: IFilterInfo): void {
        this.#change({ filter });
    }

    readValue(key: string): string | undefined {
        return this.#content.values[key];
    }

    storeValue(key: string, value: string): void {
        this.#change({ values: { ...this.#content.values, [key]: value } });
    }

    room(roomId: string): ICryptoRoomInformation | undefined {
        return this.#content.rooms[roomId];
    }

    setRoom(roomId: string, room: ICryptoRoomInformation): void {
        this.#change({ rooms: { ...this.#content.rooms, [roomId]: room } });
    }

    /** Removes what a failed first opening made: nobody knows its keys. */
    forget(): void {
        rmSync(this.#file, { force: true });
        rmSync(this.cryptoDirectory, { recursive: true, force: true });
    }

    close(): void {
        this.#release();
    }

    /** A crash leaves the old file or the new one. */
    #change(changes: Partial<Content>): void {
        Object.assign(this.#content, changes);
        writeFileSync(`${this.#file}.new`, JSON.stringify(this.#content), { mode: 0o600, flush: true });
        renameSync(`${this.#file}.new`, this.#file);
    }
}

function isEmpty(directory: string): boolean {
    return !existsSync(directory) || readdirSync(directory).length === 0;
}

function read(file: string): Content {
    if (!existsSync(file)) return { version: 1, syncToken: null, filter: null, rooms: {}, values: {} };
    try {
        const content = JSON.parse(readFileSync(file, "utf8"));
        if (content.version === 1) return content;
    } catch {
        // Told below.
    }
    throw new Error(`${file} is not a bot's store of this version; give the right directory, or remove it for a new device`);
}

/** matrix-bot-sdk wants a provider of this very class. It leaves the keys to OlmMachine, by their directory. */
export class BotCryptoStorage extends RustSdkCryptoStorageProvider {
    readonly #store: BotStore;

    constructor(store: BotStore) {
        super(store.cryptoDirectory, StoreType.Sqlite);
        this.#store = store;
        // Made by the parent for what is in bot.json here, and not safe against a crash.
        rmSync(join(store.cryptoDirectory, "bot-sdk.json"), { force: true });
    }

    override async getDeviceId(): Promise<string> {
        return this.#store.deviceId ?? "";
    }

    override async setDeviceId(): Promise<void> {
        // Known before the crypto begins: see openBot.
    }

    override async getRoom(roomId: string): Promise<ICryptoRoomInformation> {
        return this.#store.room(roomId) as ICryptoRoomInformation;
    }

    override async storeRoom(roomId: string, room: ICryptoRoomInformation): Promise<void> {
        this.#store.setRoom(roomId, room);
    }
}
