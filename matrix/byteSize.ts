/** Sizes of files as Synapse writes them, such as 50M. Source: parse_size in synapse/config/_base.py */

const units: Record<string, number> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** @param size a whole number and its unit: K, M or G */
export function bytesOf(size: string): number {
    return Number(size.slice(0, -1)) * (units[size.slice(-1)] ?? Number.NaN);
}
