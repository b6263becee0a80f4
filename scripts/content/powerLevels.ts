/** Declared members in, power levels out. Pure. Source: https://spec.matrix.org/v1.16/client-server-api/#mroompower_levels */

export interface PowerLevels {
    users?: Record<string, number>;
    [key: string]: unknown;
}

/**
 * @param creators who stand above all levels in this room and must not be listed (room version 12 on)
 * @returns the levels with the declared members' in place, or undefined if they are already
 */
export function withMembers(current: PowerLevels, members: Record<string, number>, creators: string[]): PowerLevels | undefined {
    const usersDefault = typeof current.users_default === "number" ? current.users_default : 0;
    const users = { ...current.users };
    let changed = false;
    for (const [userId, level] of Object.entries(members)) {
        if (creators.includes(userId) || (users[userId] ?? usersDefault) === level) continue;
        users[userId] = level;
        changed = true;
    }
    return changed ? { ...current, users } : undefined;
}

/** Who stands above all levels, from the room's m.room.create event. */
export function privilegedCreators(create: {
    sender: string;
    content: { room_version?: string; additional_creators?: string[] };
}): string[] {
    // Versions before 12 are "1" to "11"; what comes after keeps the rule.
    const old = /^([1-9]|1[01])$/.test(create.content.room_version ?? "1");
    return old ? [] : [create.sender, ...(create.content.additional_creators ?? [])];
}
