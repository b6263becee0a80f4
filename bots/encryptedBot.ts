/** Bots that read and write in encrypted rooms, and in others just the same. See docs/encryption.md. */
import { setTimeout as sleep } from "node:timers/promises";
import { MatrixClient, MatrixError } from "matrix-bot-sdk";
import { BotCryptoStorage, BotStore } from "./botStore.ts";
import { type KeysUpload, OtherDeviceKeys, onServer } from "./deviceKeys.ts";

export interface BotOptions {
    /** Output `clientUrl` of the stack. */
    homeserverUrl: string;
    /** Output `bots.KEY.accessToken`. Kept in the store: absent, the one from last time is used. */
    accessToken?: string;
    /** A directory for this bot alone, on a disk that outlives the process. It holds the token and the keys. */
    store: string;
}

/**
 * A matrix-bot-sdk client that is ready to encrypt: `on("room.message", …)`, `start()` to receive, `sendMessage()` at once.
 *
 * @example
 * const bot = await openBot({ homeserverUrl, accessToken, store: "notifier.store" });
 * bot.on("room.message", async (roomId, event) => bot.replyText(roomId, event, "Seen"));
 * await bot.start();
 *
 * @throws an error of one line: the store is in use, damaged, or another device's; the server refuses the token; the device
 * has keys on the server that this store does not have
 */
export async function openBot({ homeserverUrl, accessToken, store: directory }: BotOptions): Promise<EncryptedBot> {
    const store = new BotStore(directory);
    let bot: EncryptedBot | undefined;
    try {
        const token = accessToken ?? store.accessToken;
        if (!token) throw new Error(`${directory} holds no bot yet: give its access token (output bots.KEY.accessToken of the stack)`);
        bot = new EncryptedBot(homeserverUrl, token, store);
        await bot.prepare();
        return bot;
    } catch (error) {
        await bot?.closeCrypto();
        if (store.isNew && error instanceof OtherDeviceKeys) store.forget();
        store.close();
        throw error;
    }
}

type Encrypt = MatrixClient["crypto"]["encryptRoomEvent"];

export class EncryptedBot extends MatrixClient {
    readonly #store: BotStore;
    /** The latest encryption in progress, by room. */
    readonly #encrypting = new Map<string, Promise<unknown>>();
    #received: unknown;
    #receiveAgain = false;

    /** Use openBot. */
    constructor(homeserverUrl: string, accessToken: string, store: BotStore) {
        super(homeserverUrl, accessToken, store, new BotCryptoStorage(store));
        this.#store = store;
        // Else room keys that came with a sync are lost if the process ends before it has taken them in.
        this.persistTokenAfterSync = true;
        this.#encryptInOrder();
        this.#neverTakeSilenceForPlain();
        this.#receiveWhatFailed();
    }

    /** Called by openBot. */
    async prepare(): Promise<void> {
        const { userId, deviceId } = await this.#identity();
        this.#store.setIdentity(userId, deviceId, this.accessToken);
        await this.crypto.prepare(await this.getJoinedRooms());
        const found = await onServer(this, userId, deviceId);
        if (found !== this.crypto.clientDeviceEd25519) throw new OtherDeviceKeys(userId, deviceId, this.#store.directory, found);
    }

    /** Stops, waits for what is being encrypted, flushes, and lets go of the store. A long poll may run on for up to 30 s. */
    async close(): Promise<void> {
        this.stop();
        try {
            await this.closeCrypto();
        } finally {
            this.#store.close();
        }
    }

    /** Called by openBot and close. */
    async closeCrypto(): Promise<void> {
        await Promise.allSettled(this.#encrypting.values());
        // Private in matrix-bot-sdk, which never closes it; absent where preparing failed early.
        const { engine } = this.crypto as unknown as { engine?: { machine: { close(): void | Promise<void> } } };
        await engine?.machine.close();
    }

    /** As the parent's, and waits as told where the server limits the rate. */
    override async doRequest(...parameters: Parameters<MatrixClient["doRequest"]>): ReturnType<MatrixClient["doRequest"]> {
        const [, endpoint, , body] = parameters;
        if (endpoint === "/_matrix/client/v3/keys/upload") await this.#refuseOtherKeys(body);
        for (;;) {
            try {
                return await super.doRequest(...parameters);
            } catch (error) {
                if (!(error instanceof MatrixError) || error.statusCode !== 429) throw error;
                await sleep(error.retryAfterMs ?? 1000);
            }
        }
    }

    /** @throws if the token is refused, or is another user's or device's than the store */
    async #identity(): Promise<{ userId: string; deviceId: string }> {
        const { directory, userId, deviceId } = this.#store;
        const whose = userId ? `${userId}, device ${deviceId}` : "a new bot";
        let found: { user_id: string; device_id?: string };
        try {
            found = await this.getWhoAmI();
        } catch (error) {
            if (!(error instanceof MatrixError) || error.errcode !== "M_UNKNOWN_TOKEN") throw error;
            throw new Error(
                `the server refuses the token of ${whose} (${directory}): run pulumi up, which renews it, and give the new one`,
            );
        }
        if (!found.device_id) {
            throw new Error(
                `the token of ${found.user_id} belongs to no device, and only devices can encrypt: give one that came from a sign-in`,
            );
        }
        if ((userId ?? found.user_id) !== found.user_id || (deviceId ?? found.device_id) !== found.device_id) {
            throw new Error(
                `${directory} is the store of ${whose}, but the token is of ${found.user_id}, device ${found.device_id}: give a token of the store's device (a renewed one keeps it), or another store`,
            );
        }
        return { userId: found.user_id, deviceId: found.device_id };
    }

    /** Clients do not accept other identity keys for a device that they know. */
    async #refuseOtherKeys(upload: KeysUpload): Promise<void> {
        const { directory, userId = "", deviceId = "" } = this.#store;
        const ours = upload.device_keys?.keys[`ed25519:${deviceId}`];
        if (ours === undefined) return;
        const found = await onServer(this, userId, deviceId);
        if (found !== undefined && found !== ours) throw new OtherDeviceKeys(userId, deviceId, directory, found);
    }

    /**
     * One after the other in a room: the key is shared, then used, and another message in between could use it up. The Rust code
     * ends the process then.
     */
    #encryptInOrder(): void {
        const encrypt = this.crypto.encryptRoomEvent.bind(this.crypto);
        this.crypto.encryptRoomEvent = ((...parameters: Parameters<Encrypt>) => {
            const [roomId] = parameters;
            const before = this.#encrypting.get(roomId) ?? Promise.resolve();
            const encrypted = before.catch(() => undefined).then(() => encrypt(...parameters));
            this.#encrypting.set(roomId, encrypted);
            return encrypted;
        }) as Encrypt;
    }

    /** matrix-bot-sdk takes any failure to ask for "not encrypted", and would send in the clear. */
    #neverTakeSilenceForPlain(): void {
        const isEncrypted = this.crypto.isRoomEncrypted.bind(this.crypto);
        this.crypto.isRoomEncrypted = async (roomId) => {
            if (this.#store.room(roomId)?.algorithm) return true;
            try {
                await this.getRoomStateEvent(roomId, "m.room.encryption", "");
            } catch (error) {
                if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return false;
                throw error;
            }
            return isEncrypted(roomId);
        };
    }

    /** matrix-bot-sdk goes on with the next sync where taking in the keys of one failed, and its messages are never seen. */
    #receiveWhatFailed(): void {
        const update = this.crypto.updateSyncData.bind(this.crypto);
        this.crypto.updateSyncData = async (...parameters) => {
            this.#receiveAgain = true;
            await update(...parameters);
            this.#receiveAgain = false;
        };
    }

    protected override async doSync(token: string): Promise<unknown> {
        if (!this.#receiveAgain) this.#received = await super.doSync(token);
        return this.#received;
    }
}
