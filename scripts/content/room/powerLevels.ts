/** Declared power levels and the room's own. Pure. Source: https://spec.matrix.org/v1.16/client-server-api/#mroompower_levels */

import type { PowerLevels as DeclaredLevels } from "../../../provider/resources/room.ts";

/** The content of m.room.power_levels. */
export interface PowerLevels {
    users?: Record<string, number>;
    events?: Record<string, number>;
    users_default?: number;
    [key: string]: unknown;
}

type Action = Exclude<keyof DeclaredLevels, "events">;

/** The spec's name of each, and its value where the event does not give one. */
const actions: Record<Action, { key: string; fallback: number }> = {
    usersDefault: { key: "users_default", fallback: 0 },
    eventsDefault: { key: "events_default", fallback: 0 },
    stateDefault: { key: "state_default", fallback: 50 },
    invite: { key: "invite", fallback: 0 },
    kick: { key: "kick", fallback: 50 },
    ban: { key: "ban", fallback: 50 },
    redact: { key: "redact", fallback: 50 },
};
const actionNames = Object.keys(actions) as Action[];

const numberIn = (levels: PowerLevels, action: Action) => {
    const { key, fallback } = actions[action];
    return typeof levels[key] === "number" ? (levels[key] as number) : fallback;
};

/** An event's type may be any word, one that every object inherits included. */
function levelIn(levels: Record<string, number> | undefined, type: string): number | undefined {
    return levels && Object.hasOwn(levels, type) ? levels[type] : undefined;
}

/** The level of each declared action in the room. */
export function readActions(current: PowerLevels, declared: DeclaredLevels): DeclaredLevels {
    const levels: DeclaredLevels = {};
    for (const action of actionNames.filter((name) => declared[name] !== undefined)) levels[action] = numberIn(current, action);
    if (declared.events) {
        levels.events = Object.fromEntries(
            Object.keys(declared.events).map((type) => [type, levelIn(current.events, type) ?? numberIn(current, "stateDefault")]),
        );
    }
    return levels;
}

/** A member's level. */
export function levelOf(current: PowerLevels, userId: string): number {
    return current.users?.[userId] ?? numberIn(current, "usersDefault");
}

/** The level that it takes to change the levels. */
export function levelToChangeLevels(current: PowerLevels): number {
    return current.events?.["m.room.power_levels"] ?? numberIn(current, "stateDefault");
}

/** Undeclared users whose level is above the default. */
export function undeclaredLevels(current: PowerLevels, declared: string[]): Record<string, number> {
    const usual = numberIn(current, "usersDefault");
    return Object.fromEntries(Object.entries(current.users ?? {}).filter(([userId, level]) => level > usual && !declared.includes(userId)));
}

export interface WantedLevels {
    /** User ID → level. */
    members: Record<string, number>;
    actions?: DeclaredLevels;
    /** Users who stand above all levels and must not be listed (room version 12 and later). */
    creators: string[];
    /** The acting account, whose level stays. */
    self: string;
    /** What was declared before: an action that no longer is goes back to the spec's default. */
    earlierActions?: DeclaredLevels;
}

/** @returns the levels with the declared ones in place, or undefined if nothing changes */
export function withDeclared(current: PowerLevels, wanted: WantedLevels): PowerLevels | undefined {
    const { members, creators, self } = wanted;
    const next: PowerLevels = { ...current };
    for (const action of actionNames) {
        const level = wanted.actions?.[action] ?? (wanted.earlierActions?.[action] === undefined ? undefined : actions[action].fallback);
        if (level !== undefined && numberIn(current, action) !== level) next[actions[action].key] = level;
    }
    const events = { ...current.events };
    for (const type of Object.keys(wanted.earlierActions?.events ?? {}))
        if (levelIn(wanted.actions?.events, type) === undefined) delete events[type];
    Object.assign(events, wanted.actions?.events);
    if (JSON.stringify(events) !== JSON.stringify(current.events ?? {})) next.events = events;

    const usual = numberIn(next, "usersDefault");
    const users = { ...current.users };
    for (const userId of Object.keys(undeclaredLevels(current, [...Object.keys(members), self]))) delete users[userId];
    for (const [userId, level] of Object.entries(members)) {
        if (creators.includes(userId) || (users[userId] ?? usual) === level) continue;
        users[userId] = level;
    }
    if (JSON.stringify(users) !== JSON.stringify(current.users ?? {})) next.users = users;
    return JSON.stringify(next) === JSON.stringify(current) ? undefined : next;
}

/** The levels of a new room that differ from the server's defaults. */
export function initialLevels(members: Record<string, number>, declared: DeclaredLevels | undefined): PowerLevels {
    const usual = declared?.usersDefault ?? 0;
    const users = Object.fromEntries(Object.entries(members).filter(([, level]) => level !== usual));
    const levels: PowerLevels = Object.keys(users).length > 0 ? { users } : {};
    for (const action of actionNames) if (declared?.[action] !== undefined) levels[actions[action].key] = declared[action];
    return levels;
}

/** Users who stand above all levels, from the room's m.room.create event. */
export function privilegedCreators(create: {
    sender: string;
    content: { room_version?: string; additional_creators?: string[] };
}): string[] {
    // The rule began with version 12; earlier ones are "1" to "11".
    const old = /^([1-9]|1[01])$/.test(create.content.room_version ?? "1");
    return old ? [] : [create.sender, ...(create.content.additional_creators ?? [])];
}
