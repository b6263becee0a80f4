/** Entries by key. Pure. */

/** The entry that was declared under this key: `record[key]` would also find what every object inherits, such as `constructor`. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
    return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
