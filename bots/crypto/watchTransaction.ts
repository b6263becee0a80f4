/** Writes down what an IndexedDB transaction changes, by the public API alone: the methods of its own objects are wrapped. */
import { serialize } from "node:v8";
import { keyBytes, type Operation } from "./databaseImage.ts";

/**
 * To be called before anybody else has the transaction.
 * @param completed is called when the transaction is complete, before its other listeners
 * @returns what was changed so far, to read once the transaction is complete
 */
export function watchTransaction(database: IDBDatabase, transaction: IDBTransaction, completed: () => void): Operation[] {
    const operations: Operation[] = [];
    const name = database.name;
    const watched = new WeakSet<IDBObjectStore>();

    const watchStore = (store: IDBObjectStore): IDBObjectStore => {
        if (watched.has(store)) return store;
        watched.add(store);
        const at = { database: name, store: store.name };
        const put = (value: unknown, request: IDBRequest<IDBValidKey>) => {
            const bytes = serialize(value);
            after(request, (key) => operations.push({ do: "put", ...at, key: keyBytes(key), value: bytes }));
            return request;
        };
        const remove = (key: IDBValidKey) => operations.push({ do: "delete", ...at, key: keyBytes(key) });

        const original = {
            put: store.put.bind(store),
            add: store.add.bind(store),
            delete: store.delete.bind(store),
            clear: store.clear.bind(store),
            index: store.index.bind(store),
            createIndex: store.createIndex.bind(store),
            deleteIndex: store.deleteIndex.bind(store),
            openCursor: store.openCursor.bind(store),
        };
        // fake-indexeddb counts arguments: an absent key is not an undefined one.
        store.put = (...parameters) => put(parameters[0], original.put(...parameters));
        store.add = (...parameters) => put(parameters[0], original.add(...parameters));
        store.delete = (query) => {
            if (!isRange(query)) {
                const request = original.delete(query);
                after(request, () => remove(query));
                return request;
            }
            // Which keys a range covers is only known when its turn has come: right before the deletion, in the same transaction.
            after(store.getAllKeys(query), (keys) => keys.forEach(remove));
            return original.delete(query);
        };
        store.clear = () => {
            const request = original.clear();
            after(request, () => operations.push({ do: "clear", ...at }));
            return request;
        };
        store.createIndex = (index, keyPath, options) => {
            operations.push({ do: "createIndex", ...at, index, keyPath: copyOf(keyPath), options: { ...options } });
            return watchCursors(original.createIndex(index, keyPath, options), put, remove);
        };
        store.deleteIndex = (index) => {
            operations.push({ do: "deleteIndex", ...at, index });
            original.deleteIndex(index);
        };
        store.index = (index) => watchCursors(original.index(index), put, remove);
        return watchCursors(store, put, remove);
    };

    const objectStore = transaction.objectStore.bind(transaction);
    transaction.objectStore = (store) => watchStore(objectStore(store));
    if (transaction.mode === "versionchange") watchSchema(database, operations, watchStore);
    transaction.addEventListener("complete", completed);
    return operations;
}

function watchSchema(database: IDBDatabase, operations: Operation[], watchStore: (store: IDBObjectStore) => IDBObjectStore): void {
    const create = database.createObjectStore.bind(database);
    const remove = database.deleteObjectStore.bind(database);
    database.createObjectStore = (store, options) => {
        operations.push({ do: "createStore", database: database.name, store, options: { ...options } });
        return watchStore(create(store, options));
    };
    database.deleteObjectStore = (store) => {
        operations.push({ do: "deleteStore", database: database.name, store });
        remove(store);
    };
}

/** Cursors change records too. */
function watchCursors<Source extends IDBObjectStore | IDBIndex>(
    source: Source,
    put: (value: unknown, request: IDBRequest<IDBValidKey>) => IDBRequest<IDBValidKey>,
    remove: (key: IDBValidKey) => void,
): Source {
    const open = source.openCursor.bind(source);
    const watched = new WeakSet<IDBCursorWithValue>();
    source.openCursor = (...parameters) => {
        const request = open(...parameters);
        request.addEventListener("success", () => {
            const cursor = request.result;
            if (!cursor || watched.has(cursor)) return;
            watched.add(cursor);
            const update = cursor.update.bind(cursor);
            const erase = cursor.delete.bind(cursor);
            cursor.update = (value) => put(value, update(value));
            cursor.delete = () => {
                const key = cursor.primaryKey;
                const request = erase();
                after(request, () => remove(key));
                return request;
            };
        });
        return request;
    };
    return source;
}

function after<T>(request: IDBRequest<T>, act: (result: T) => void): void {
    request.addEventListener("success", () => act(request.result));
}

function isRange(query: IDBValidKey | IDBKeyRange): query is IDBKeyRange {
    return typeof query === "object" && "lowerOpen" in query;
}

/** The caller's own array may come from another memory, which serialize would not follow. */
function copyOf(keyPath: string | Iterable<string>): string | string[] {
    return typeof keyPath === "string" ? keyPath : [...keyPath];
}
