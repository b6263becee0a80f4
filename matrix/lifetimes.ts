/** How long messages are kept, as settings say it: 12h, 30d, 8w, 1y. */

/** Milliseconds. A year is 365.25 days. */
const units: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 };

/** @returns milliseconds, as m.room.retention has them */
export function lifetime(text: string): number {
    return Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? Number.NaN);
}
