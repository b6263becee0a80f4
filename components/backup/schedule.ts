/** When base backups are made, as the settings say it. Pure. */

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const minute = 60;
const day = 24 * 60 * minute;
/** 1 January 1970, from which seconds are counted. */
const firstDay = days.indexOf("Thu");

export interface Schedule {
    /** Seconds from one base backup to the next. */
    period: number;
    /** Seconds since 1970 of one of the moments, modulo the period. */
    offset: number;
}

/** @param text "03:15" for each day or "Sun 03:15" for each week, in UTC, without fault */
export function scheduleOf(text: string): Schedule {
    const [time = "", name] = text.split(" ").reverse();
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    const offset = (hours * 60 + minutes) * minute;
    if (name === undefined) return { period: day, offset };
    const after = (days.indexOf(name) - firstDay + days.length) % days.length;
    return { period: days.length * day, offset: after * day + offset };
}

export function faultInSchedule(text: string): string | undefined {
    const pattern = new RegExp(`^((${days.join("|")}) )?([01]\\d|2[0-3]):[0-5]\\d$`);
    return pattern.test(text) ? undefined : 'is not a time of day in UTC, such as "03:15", nor with a day of the week, such as "Sun 03:15"';
}
