/** How long messages are kept, such as 30d. Source of the field: https://github.com/matrix-org/matrix-spec-proposals/pull/1763 */

const units: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 };

/** A whole number and its unit: hours, days, weeks or years. */
export const lifetimePattern = /^[1-9][0-9]*[hdwy]$/;

/** @returns milliseconds, as m.room.retention has them */
export function lifetime(retention: string): number {
    return Number(retention.slice(0, -1)) * (units[retention.slice(-1)] ?? Number.NaN);
}

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInLifetime(retention: string): string | undefined {
    if (!lifetimePattern.test(retention)) return "is not a duration with its unit, such as 12h, 30d, 8w or 1y";
    // The integers that Matrix allows in an event: https://spec.matrix.org/v1.16/appendices/#canonical-json
    if (lifetime(retention) <= Number.MAX_SAFE_INTEGER) return undefined;
    const unit = retention.slice(-1);
    const longest = Math.floor(Number.MAX_SAFE_INTEGER / (units[unit] ?? 1));
    return `is longer than an event can say; at most ${longest}${unit}, or leave it out to keep messages for ever`;
}
