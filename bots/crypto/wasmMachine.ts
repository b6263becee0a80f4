/** The OlmMachine of the native package, on the WebAssembly build of the same Rust code. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Wasm from "@matrix-org/matrix-sdk-crypto-wasm";
import {
    IDBCursor,
    IDBCursorWithValue,
    IDBDatabase,
    IDBKeyRange,
    IDBOpenDBRequest,
    IDBRequest,
    IDBVersionChangeEvent,
} from "fake-indexeddb";
import type { DeviceId, DeviceLists, EncryptionSettings, RoomId, UserId } from "./argumentTypes.cjs";
import { holdDirectory } from "./directoryLock.ts";
import { DurableIndexedDb } from "./durableIndexedDb.ts";

// The same instance as index.cjs has: imported, it would be loaded a second time.
const wasm = createRequire(import.meta.url)("@matrix-org/matrix-sdk-crypto-wasm") as typeof Wasm;

/** The file of a store; a directory that has it was made by this machine. */
export const journalName = "journal";

/** What the machine asks its owner to send. `type` is a RequestType. */
interface OutgoingRequest {
    id: string;
    type: number;
    body: string;
    txnId?: string;
    eventType?: string;
}

export class WasmMachine {
    readonly #machine: Wasm.OlmMachine;
    readonly #store: DurableIndexedDb;
    readonly #release: () => void;
    readonly #running = new Set<Promise<unknown>>();
    #closed = false;

    private constructor(machine: Wasm.OlmMachine, store: DurableIndexedDb, release: () => void) {
        this.#machine = machine;
        this.#store = store;
        this.#release = release;
    }

    /** @throws if the directory is in use, its journal damaged, or its account another user's or device's */
    static async open(userId: UserId, deviceId: DeviceId, directory: string, passphrase?: string): Promise<WasmMachine> {
        const release = holdDirectory(directory);
        let store: DurableIndexedDb | undefined;
        try {
            store = await DurableIndexedDb.open(join(directory, journalName));
            await wasm.initAsync();
            const handle = await withIndexedDb(store, () => wasm.StoreHandle.open("bot", passphrase || undefined, silent));
            const user = new wasm.UserId(userId.toString());
            const machine = await wasm.OlmMachine.initFromStore(user, new wasm.DeviceId(deviceId.toString()), handle, silent);
            await store.journal.flush();
            return new WasmMachine(machine, store, release);
        } catch (error) {
            await store?.close().catch(() => undefined);
            release();
            throw error;
        }
    }

    /** Nothing that a later state depends on may leave, and nothing may be taken as received, before it is on the disk. */
    async #durably<T>(act: () => Promise<T>): Promise<T> {
        if (this.#closed) throw new Error("the bot is closed");
        this.#store.journal.check();
        const running = act();
        this.#running.add(running);
        try {
            const result = await running;
            await this.#store.journal.flush();
            return result;
        } finally {
            this.#running.delete(running);
        }
    }

    get identityKeys(): Wasm.IdentityKeys {
        return this.#machine.identityKeys;
    }

    /** @returns JSON of the events, decrypted where they were encrypted */
    async receiveSyncChanges(
        events: string,
        devices: DeviceLists,
        keyCounts: Record<string, number>,
        unusedFallbackKeys: string[],
    ): Promise<string> {
        const lists = new wasm.DeviceLists(devices.changed.map(user), devices.left.map(user));
        const counts = new Map(Object.entries(keyCounts));
        const processed = await this.#durably(() =>
            this.#machine.receiveSyncChanges(events, lists, counts, new Set(unusedFallbackKeys), untrusted()),
        );
        return `[${processed.map(({ rawEvent }) => rawEvent).join()}]`;
    }

    async outgoingRequests(): Promise<OutgoingRequest[]> {
        return (await this.#durably(() => this.#machine.outgoingRequests())).map((request) => {
            const { id, type, body } = request as Wasm.KeysUploadRequest;
            if (type !== wasm.RequestType.ToDevice) return { id, type, body };
            const { event_type, txn_id } = request as Wasm.ToDeviceRequest;
            return { id, type, body: JSON.stringify({ event_type, txn_id, messages: JSON.parse(body).messages }) };
        });
    }

    async markRequestAsSent(id: string, type: number, response: string): Promise<boolean> {
        return this.#durably(() => this.#machine.markRequestAsSent(id, type, response));
    }

    async updateTrackedUsers(users: UserId[]): Promise<void> {
        await this.#durably(() => this.#machine.updateTrackedUsers(users.map(user)));
    }

    async getMissingSessions(users: UserId[]): Promise<OutgoingRequest | null> {
        const request = await this.#durably(() => this.#machine.getMissingSessions(users.map(user)));
        return request ? { id: request.id, type: request.type, body: request.body } : null;
    }

    /** Shares with all devices, verified or not: a bot has nobody who could compare keys. */
    async shareRoomKey(roomId: RoomId, users: UserId[], settings: EncryptionSettings): Promise<OutgoingRequest[]> {
        const wanted = new wasm.EncryptionSettings();
        if (settings.algorithm !== undefined) wanted.algorithm = settings.algorithm;
        wanted.historyVisibility = settings.historyVisibility;
        wanted.rotationPeriod = settings.rotationPeriod * 1000n;
        wanted.rotationPeriodMessages = settings.rotationPeriodMessages;
        wanted.sharingStrategy = wasm.CollectStrategy.allDevices();
        const requests = await this.#durably(() => this.#machine.shareRoomKey(room(roomId), users.map(user), wanted));
        return requests.map(({ id, type, body, txn_id, event_type }) => ({ id, type, body, txnId: txn_id, eventType: event_type }));
    }

    async encryptRoomEvent(roomId: RoomId, eventType: string, content: string): Promise<string> {
        return this.#durably(() => this.#machine.encryptRoomEvent(room(roomId), eventType, content));
    }

    async decryptRoomEvent(event: string, roomId: RoomId): Promise<Wasm.DecryptedRoomEvent> {
        return this.#durably(() => this.#machine.decryptRoomEvent(event, room(roomId), untrusted()));
    }

    /** @returns per user the signatures by key ID, as the native package gives them */
    async sign(message: string) {
        const signatures = await this.#durably(() => this.#machine.sign(message));
        return {
            get: (signer: UserId) =>
                Object.fromEntries(
                    [...(signatures.get(user(signer)) ?? [])].map(([key, found]) => [
                        key,
                        { isValid: found.isValid(), isInvalid: found.isInvalid(), signature: found.signature },
                    ]),
                ),
        };
    }

    /** Waits for what was begun, flushes and lets go of the directory. What is asked of the machine afterwards is refused. */
    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        await Promise.allSettled(this.#running);
        this.#machine.close();
        try {
            await this.#store.close();
        } finally {
            this.#release();
        }
    }
}

// Arguments are handed over to the WebAssembly side, which frees them: each call needs new ones.
const user = (id: UserId) => new wasm.UserId(id.toString());
const room = (id: RoomId) => new wasm.RoomId(id.toString());
const untrusted = () => new wasm.DecryptionSettings(wasm.TrustRequirement.Untrusted);

/** The Rust code writes to the console otherwise. */
const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** What the Rust code asks for by name whenever it reads or writes. */
const indexedDbTypes = { IDBCursor, IDBCursorWithValue, IDBDatabase, IDBKeyRange, IDBOpenDBRequest, IDBRequest, IDBVersionChangeEvent };

let opening: Promise<unknown> = Promise.resolve();

/** The Rust code takes the databases from the global `indexedDB`, at this moment only; one store after the other. */
function withIndexedDb<T>(store: DurableIndexedDb, act: () => Promise<T>): Promise<T> {
    const opened = opening.then(async () => {
        const global = globalThis as { indexedDB?: unknown };
        for (const [name, value] of Object.entries(indexedDbTypes)) {
            Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
        }
        const before = global.indexedDB;
        global.indexedDB = store;
        try {
            return await act();
        } finally {
            if (before === undefined) delete global.indexedDB;
            else global.indexedDB = before;
        }
    });
    opening = opened.catch(() => undefined);
    return opened;
}
