/**
 * IndexedDB for Node.js that is still there after a restart: `fake-indexeddb` does the work in memory, and each transaction
 * that completes is one record of a journal. What completes is written before anybody is told that it completed.
 */
import { deserialize, serialize } from "node:v8";
import { IDBFactory } from "fake-indexeddb";
import { DatabaseImages, type Operation } from "./databaseImage.ts";
import { Journal } from "./journal.ts";
import { watchTransaction } from "./watchTransaction.ts";

/** Bytes of operations in one record of a rewritten journal. */
const chunk = 1024 * 1024;
/** A journal is rewritten when it is this many times as long as after the last time, and longer than the second number of bytes. */
const growth = 4;
const atLeast = 1024 * 1024;

export class DurableIndexedDb {
    readonly journal: Journal;
    readonly #images = new DatabaseImages();
    readonly #memory = new IDBFactory();
    #compactSize = 0;

    private constructor(path: string) {
        this.journal = Journal.open(path, (payload) => {
            for (const operation of deserialize(payload) as Operation[]) this.#images.apply(operation);
        });
    }

    /** @throws if the file is damaged; see Journal */
    static async open(path: string): Promise<DurableIndexedDb> {
        const durable = new DurableIndexedDb(path);
        try {
            durable.#compact();
            for (const [name] of durable.#images.databases) await durable.#load(name);
        } catch (error) {
            await durable.close();
            throw error;
        }
        return durable;
    }

    async close(): Promise<void> {
        await this.journal.close();
    }

    /** As IDBFactory.open; of the factory's methods the crypto uses this one alone. */
    open(name: string, version?: number): IDBOpenDBRequest {
        const request = this.#memory.open(name, version);
        request.addEventListener("upgradeneeded", () => {
            const transaction = request.transaction;
            if (!transaction) return;
            const operations = watchTransaction(request.result, transaction, () => this.#commit(operations));
            operations.push({ do: "version", database: name, version: request.result.version });
        });
        request.addEventListener("success", () => this.#watch(request.result));
        return request;
    }

    #watch(database: IDBDatabase): void {
        const transaction = database.transaction.bind(database);
        database.transaction = (...parameters) => {
            const begun = transaction(...parameters);
            if (begun.mode === "readwrite") {
                const operations = watchTransaction(database, begun, () => this.#commit(operations));
            }
            return begun;
        };
    }

    /** A failure is kept by the journal, whose owner asks before it lets anything out: IndexedDB could not tell it here. */
    #commit(operations: Operation[]): void {
        if (operations.length === 0) return;
        try {
            this.journal.append(serialize(operations));
            for (const operation of operations) this.#images.apply(operation);
            if (this.journal.size > Math.max(growth * this.#compactSize, atLeast)) this.#compact();
        } catch (error) {
            this.journal.fail(error);
        }
    }

    #compact(): void {
        this.journal.rewrite(inChunks(this.#images.operations()));
        this.#compactSize = this.journal.size;
    }

    async #load(name: string): Promise<void> {
        const image = this.#images.databases.get(name);
        if (!image) return;
        await new Promise<void>((resolve, reject) => {
            const request = this.#memory.open(name, image.version);
            request.onupgradeneeded = () => {
                for (const [storeName, { options, indexes, rows }] of image.stores) {
                    const store = request.result.createObjectStore(storeName, options);
                    for (const [indexName, { keyPath, options }] of indexes) store.createIndex(indexName, keyPath, options);
                    for (const { key, value } of rows.values()) {
                        if (store.keyPath === null) store.put(deserialize(value), deserialize(key));
                        else store.put(deserialize(value));
                    }
                }
            };
            request.onerror = () => reject(request.error);
            request.onsuccess = () => {
                request.result.close();
                resolve();
            };
        });
    }
}

function* inChunks(operations: Iterable<Operation>): Iterable<Uint8Array> {
    let batch: Operation[] = [];
    let bytes = 0;
    for (const operation of operations) {
        batch.push(operation);
        bytes += operation.do === "put" ? operation.key.length + operation.value.length : 0;
        if (bytes > chunk) {
            yield serialize(batch);
            batch = [];
            bytes = 0;
        }
    }
    if (batch.length > 0) yield serialize(batch);
}
