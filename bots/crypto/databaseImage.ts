/**
 * What IndexedDB databases hold, as a log of operations and what the log adds up to. Keys and values are bytes here, as
 * v8.serialize (the structured clone algorithm) writes them.
 */
import { serialize } from "node:v8";

export type Operation =
    | { do: "version"; database: string; version: number }
    | { do: "createStore"; database: string; store: string; options: IDBObjectStoreParameters }
    | { do: "deleteStore"; database: string; store: string }
    | { do: "createIndex"; database: string; store: string; index: string; keyPath: string | string[]; options: IDBIndexParameters }
    | { do: "deleteIndex"; database: string; store: string; index: string }
    | { do: "put"; database: string; store: string; key: Uint8Array; value: Uint8Array }
    | { do: "delete"; database: string; store: string; key: Uint8Array }
    | { do: "clear"; database: string; store: string };

export interface StoreImage {
    options: IDBObjectStoreParameters;
    indexes: Map<string, { keyPath: string | string[]; options: IDBIndexParameters }>;
    /** By the key's bytes as text. */
    rows: Map<string, { key: Uint8Array; value: Uint8Array }>;
}

export interface DatabaseImage {
    version: number;
    stores: Map<string, StoreImage>;
}

export class DatabaseImages {
    readonly databases = new Map<string, DatabaseImage>();

    /** @throws for an operation on a database that was not created: the log is not whole */
    apply(operation: Operation): void {
        if (operation.do === "version") {
            const database = this.databases.get(operation.database);
            if (database) database.version = operation.version;
            else this.databases.set(operation.database, { version: operation.version, stores: new Map() });
            return;
        }
        const stores = this.databases.get(operation.database)?.stores;
        if (!stores) throw new Error(`database ${operation.database} was never created`);
        if (operation.do === "createStore") {
            stores.set(operation.store, { options: operation.options, indexes: new Map(), rows: new Map() });
            return;
        }
        const store = stores.get(operation.store);
        // Rows that were put before their store was deleted in the same transaction.
        if (!store) return;
        switch (operation.do) {
            case "deleteStore":
                stores.delete(operation.store);
                break;
            case "createIndex":
                store.indexes.set(operation.index, { keyPath: operation.keyPath, options: operation.options });
                break;
            case "deleteIndex":
                store.indexes.delete(operation.index);
                break;
            case "put":
                store.rows.set(identity(operation.key), { key: operation.key, value: operation.value });
                break;
            case "delete":
                store.rows.delete(identity(operation.key));
                break;
            case "clear":
                store.rows.clear();
        }
    }

    /** The shortest log that adds up to the same. */
    *operations(): Iterable<Operation> {
        for (const [database, { version, stores }] of this.databases) {
            yield { do: "version", database, version };
            for (const [store, { options, indexes, rows }] of stores) {
                yield { do: "createStore", database, store, options };
                for (const [index, { keyPath, options }] of indexes) yield { do: "createIndex", database, store, index, keyPath, options };
                for (const { key, value } of rows.values()) yield { do: "put", database, store, key, value };
            }
        }
    }
}

function identity(key: Uint8Array): string {
    return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

export function keyBytes(key: IDBValidKey): Uint8Array {
    return serialize(key);
}
