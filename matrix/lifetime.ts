/** How long messages are kept, such as 30d. Source of the field: https://github.com/matrix-org/matrix-spec-proposals/pull/1763 */

const units: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 };

/** A whole number and its unit: hours, days, weeks or years. */
export const lifetimePattern = /^[1-9][0-9]*[hdwy]$/;

/** @returns milliseconds, as m.room.retention has them */
export function lifetime(retention: string): number {
    return Number(retention.slice(0, -1)) * (units[retention.slice(-1)] ?? Number.NaN);
}
