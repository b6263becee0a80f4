/** Where rooms lead, as their setting `bridge` says. Pure. */
import type { Platform } from "../bridges/platforms.ts";
import type { ParsedSettings } from "./schema/index.ts";

/** One channel of a room. */
export interface RoomEnd {
    /** Path of the setting. */
    path: string;
    /** Key of the room. */
    room: string;
    platform: Platform;
    /** As given. */
    text: string;
    /** What stands before the last @. */
    channel: string;
    /** What stands after it: the name of a network or account of the bridge. Absent where there is no @. */
    network?: string;
}

/** In the order of rooms. */
export function roomEnds(rooms: ParsedSettings["rooms"]): RoomEnd[] {
    return Object.entries(rooms).flatMap(([room, { bridge = {} }]) =>
        (Object.entries(bridge) as [Platform, string | string[] | undefined][]).flatMap(([platform, given]) => {
            const setting = `rooms.${room}.bridge.${platform}`;
            if (given === undefined) return [];
            if (!Array.isArray(given)) return [{ path: setting, room, platform, ...parted(given) }];
            return given.map((text, index) => ({ path: `${setting}.${index}`, room, platform, ...parted(text) }));
        }),
    );
}

function parted(text: string): { text: string; channel: string; network?: string } {
    const at = text.lastIndexOf("@");
    return at < 0 ? { text, channel: text } : { text, channel: text.slice(0, at), network: text.slice(at + 1) };
}
