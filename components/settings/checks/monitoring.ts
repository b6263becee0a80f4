/** What monitoring needs. Pure. */
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInMonitoring(sections: Sections, given: GivenAccounts): Fault[] {
    const { monitoring, homeserver, images } = sections;
    if (!monitoring) return [];
    const { enabled, receivers } = monitoring;
    if (!enabled) {
        const useless = [
            ...Object.keys(receivers).map((name) => `monitoring.receivers.${name}`),
            ...(images?.grafana === undefined ? [] : ["images.grafana"]),
        ];
        return useless.map((path) => ({ path, message: "has no effect without monitoring; set monitoring.enabled to true" }));
    }
    const faults: Fault[] = [];
    if (homeserver?.config.enable_metrics === false)
        faults.push({ path: "homeserver.config.enable_metrics", message: "is false, and monitoring needs metrics; remove it" });
    const { mail, room } = receivers;
    if (mail && (mail.username === undefined) !== (mail.password === undefined)) {
        const [has, lacks] = mail.password === undefined ? ["username", "password"] : ["password", "username"];
        faults.push({ path: `monitoring.receivers.mail.${lacks}`, message: `is missing, and ${has} is set; set both, or none` });
    }
    if (room) faults.push(...faultsInRoom(room, sections, given));
    return faults;
}

function faultsInRoom({ room: key, bot }: { room: string; bot: string }, { rooms, bots }: Sections, given: GivenAccounts): Fault[] {
    const at = (field: string, message: string): Fault => ({ path: `monitoring.receivers.room.${field}`, message });
    const faults: Fault[] = [];
    if (!Object.hasOwn(given.bots, bot))
        faults.push(at("bot", `"${bot}" is not a bot; name one of bots${listed(Object.keys(given.bots))}`));
    else if (own(bots, bot)?.deactivated) faults.push(at("bot", `"${bot}" is deactivated; name another bot`));
    if (!rooms) return faults;
    const room = own(rooms, key);
    if (!room) return [...faults, at("room", `"${key}" is not a room; name one of rooms${listed(Object.keys(rooms))}`)];
    if (room.encrypted ?? room.visibility === "private")
        faults.push(
            at("room", `"${key}" is encrypted, and alerts are sent in plain text; set rooms.${key}.encrypted to false in a new room`),
        );
    if (faults.length > 0) return faults;
    const level = own(room.members, bot);
    if (level === undefined) return [at("bot", `"${bot}" is not a member of the room; add it to rooms.${key}.members`)];
    const needed = own(room.powerLevels?.events, "m.room.message") ?? room.powerLevels?.eventsDefault ?? 0;
    return level < needed
        ? [at("bot", `"${bot}" has power level ${level} in the room, and messages need ${needed}; raise it in rooms.${key}.members`)]
        : [];
}

function listed(keys: string[]): string {
    return keys.length === 0 ? "" : ` (${keys.sort().join(", ")})`;
}
