/** When the last messages went through a bridge, as the rooms tell that it is in. */
import { z } from "zod";
import type { Registration } from "./registration.ts";

/** Milliseconds since 1970; absent where there is none among the latest of any room. */
export interface LastMessages {
    /** Of the other platform's people. */
    received?: number;
    /** Of the homeserver's people, in rooms that the bridge is in. */
    sent?: number;
}

const messages = ["m.room.message", "m.room.encrypted", "m.sticker"];

/** Of each room the latest messages alone. Source: https://spec.matrix.org/v1.16/client-server-api/#filtering */
const filter = JSON.stringify({
    presence: { types: [] },
    account_data: { types: [] },
    room: { state: { types: [] }, ephemeral: { types: [] }, account_data: { types: [] }, timeline: { types: messages, limit: 10 } },
});

const answer = z.object({
    rooms: z
        .object({
            join: z
                .record(
                    z.string(),
                    z.object({ timeline: z.object({ events: z.array(z.object({ sender: z.string(), origin_server_ts: z.number() })) }) }),
                )
                .default({}),
        })
        .prefault({}),
});

/** @returns undefined where the homeserver does not tell in time */
export async function lastMessages(
    homeserverUrl: string,
    registration: Registration,
    timeLimit: number,
): Promise<LastMessages | undefined> {
    try {
        const response = await fetch(`${homeserverUrl}/_matrix/client/v3/sync?${new URLSearchParams({ filter, timeout: "0" })}`, {
            headers: { Authorization: `Bearer ${registration.as_token}` },
            signal: AbortSignal.timeout(timeLimit),
        });
        if (!response.ok) return undefined;
        const { rooms } = answer.parse(await response.json());
        return lastOf(
            Object.values(rooms.join).flatMap(({ timeline }) => timeline.events),
            registration,
        );
    } catch {
        return undefined;
    }
}

/** Pure. What the bridge's own account says, such as notices, counts for neither side. */
export function lastOf(
    events: readonly { sender: string; origin_server_ts: number }[],
    { sender_localpart: bot, namespaces }: Pick<Registration, "sender_localpart" | "namespaces">,
): LastMessages {
    const puppets = namespaces.users.map(({ regex }) => new RegExp(`^(?:${regex})$`));
    const isPuppet = (sender: string) => puppets.some((pattern) => pattern.test(sender));
    const latest = (of: (sender: string) => boolean) => {
        const times = events.filter(({ sender }) => !sender.startsWith(`@${bot}:`) && of(sender)).map((event) => event.origin_server_ts);
        return times.length > 0 ? Math.max(...times) : undefined;
    };
    const [received, sent] = [latest(isPuppet), latest((sender) => !isPuppet(sender))];
    return { ...(received !== undefined && { received }), ...(sent !== undefined && { sent }) };
}
