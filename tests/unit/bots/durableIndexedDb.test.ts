import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IDBKeyRange } from "fake-indexeddb";
import { DurableIndexedDb } from "../../../bots/crypto/durableIndexedDb.ts";

describe("IndexedDB on a journal", () => {
    const directory = mkdtempSync(join(tmpdir(), "indexeddb-"));
    const path = join(directory, "journal");
    let factory: DurableIndexedDb;
    after(() => rmSync(directory, { recursive: true }));
    beforeEach(async () => {
        rmSync(path, { force: true });
        factory = await DurableIndexedDb.open(path);
    });
    afterEach(() => factory.close());

    /** As after a restart: all that is in memory is gone. */
    async function reopen(): Promise<void> {
        await factory.close();
        factory = await DurableIndexedDb.open(path);
    }

    async function database(
        version = 1,
        upgrade: (database: IDBDatabase, transaction: IDBTransaction) => void = plain,
    ): Promise<IDBDatabase> {
        const request = factory.open("test", version);
        request.onupgradeneeded = () => upgrade(request.result, request.transaction as IDBTransaction);
        return answer(request);
    }

    async function change(act: (store: IDBObjectStore) => void, expected: "complete" | "abort" = "complete"): Promise<void> {
        const opened = await database();
        const transaction = opened.transaction("things", "readwrite");
        const ended = new Promise<string>((resolve) => {
            transaction.oncomplete = () => resolve("complete");
            transaction.onabort = () => resolve("abort");
        });
        act(transaction.objectStore("things"));
        assert.equal(await ended, expected);
        // Open connections hold up an upgrade.
        opened.close();
    }

    async function content(): Promise<Record<string, unknown>> {
        const store = (await database()).transaction("things").objectStore("things");
        const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
        return Object.fromEntries(keys.map((key, index) => [String(key), values[index]]));
    }

    it("has what was put, overwritten and deleted, after a restart", async () => {
        await change((store) => {
            store.put({ text: "ä", bytes: new Uint8Array([1, 2]), at: new Date(0) }, "a");
            store.put("first", "b");
            store.add("gone soon", "c");
        });
        await change((store) => {
            store.put("second", "b");
            store.delete("c");
        });
        await reopen();
        assert.deepEqual(await content(), { a: { text: "ä", bytes: new Uint8Array([1, 2]), at: new Date(0) }, b: "second" });
    });

    it("follows deletions by range, by cursor and of all", async () => {
        await change((store) => {
            for (const key of ["a", "b", "c", "d", "e", "f"]) store.put(key.toUpperCase(), key);
        });
        await change((store) => void store.delete(IDBKeyRange.bound("b", "d", false, true)));
        await change((store) => {
            const request = store.openCursor();
            request.onsuccess = () => {
                const cursor = request.result;
                if (!cursor) return;
                if (cursor.key === "d") cursor.delete();
                else cursor.update(`${cursor.value}!`);
                cursor.continue();
            };
        });
        await reopen();
        assert.deepEqual(await content(), { a: "A!", e: "E!", f: "F!" });
        await change((store) => void store.clear());
        await reopen();
        assert.deepEqual(await content(), {});
    });

    it("has nothing of a transaction that was aborted", async () => {
        await change((store) => void store.put("kept", "a"));
        await change((store) => {
            store.put("lost", "a");
            store.put("lost", "b");
            store.transaction.abort();
        }, "abort");
        await change((store) => {
            store.put("lost too", "c");
            store.add("there already", "a");
        }, "abort");
        await reopen();
        assert.deepEqual(await content(), { a: "kept" });
    });

    it("has been written by the time that a transaction is complete", async () => {
        const before = factory.journal.size;
        const transaction = (await database()).transaction("things", "readwrite");
        transaction.objectStore("things").put("x".repeat(1000), "a");
        const size = await new Promise<number>((resolve) => {
            transaction.oncomplete = () => resolve(statSync(path).size);
        });
        assert.ok(size > before + 1000, `${before} bytes before, ${size} after`);
    });

    it("keeps stores, key paths, indexes and the version through upgrades", async () => {
        await change((store) => void store.put("old", "a"));
        const upgraded = await database(2, (database, transaction) => {
            const people = database.createObjectStore("people", { keyPath: "id" });
            people.createIndex("by name", "name", { unique: true });
            people.put({ id: 1, name: "Ada" });
            transaction.objectStore("things").put("moved", "b");
        });
        upgraded.close();
        await reopen();
        const again = await database(2, () => assert.fail("upgraded once more"));
        const transaction = again.transaction(["people", "things"]);
        assert.deepEqual(await answer(transaction.objectStore("people").index("by name").get("Ada")), { id: 1, name: "Ada" });
        assert.deepEqual(await answer(transaction.objectStore("things").getAll()), ["old", "moved"]);
        again.close();
        (await database(3, (database) => database.deleteObjectStore("people"))).close();
        await reopen();
        assert.deepEqual([...(await database(3)).objectStoreNames], ["things"]);
    });

    it("does not grow with the number of writes", async () => {
        for (let count = 0; count < 300; count++) await change((store) => void store.put("x".repeat(20_000), "a"));
        assert.ok(factory.journal.size < 1_100_000, `${factory.journal.size} bytes`);
        await reopen();
        assert.ok(factory.journal.size < 30_000, `${factory.journal.size} bytes after a restart`);
        assert.deepEqual(Object.keys(await content()), ["a"]);
    });
});

function plain(database: IDBDatabase): void {
    database.createObjectStore("things");
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}
