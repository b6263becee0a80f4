/** A declared room or space, and the state events that make it so. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { RoomInputs, ServerAcl } from "../../../provider/resources/room.ts";

/** A room's inputs as the server takes them. */
export interface DeclaredRoom extends Omit<RoomInputs, "avatar" | "retention" | "onDelete"> {
    /** mxc:// URI */
    avatarUrl?: string;
    /** Milliseconds that messages are kept. */
    retention?: number;
}

/** Properties that may be absent; the room then has no such state event from here. */
export type OptionalProperty = "name" | "topic" | "avatarUrl" | "retention" | "parent" | "serverAcl";

export interface StateEvent {
    type: string;
    stateKey: string;
    content: Record<string, unknown>;
}

/** A room's state by type and state key, as {@link stateKeyOf} joins them. */
export type RoomState = Map<string, { content: Record<string, unknown>; sender: string; eventId: string }>;

export const stateKeyOf = (type: string, stateKey = "") => `${type}\0${stateKey}`;

/** The state event of each. Sources: https://spec.matrix.org/v1.16/client-server-api/#room-events, MSC1763 for retention */
const optional: Record<OptionalProperty, (value: never, serverName: string) => StateEvent> = {
    name: (name: string) => ({ type: "m.room.name", stateKey: "", content: { name } }),
    topic: (topic: string) => ({ type: "m.room.topic", stateKey: "", content: { topic } }),
    avatarUrl: (url: string) => ({ type: "m.room.avatar", stateKey: "", content: { url } }),
    retention: (max_lifetime: number) => ({ type: "m.room.retention", stateKey: "", content: { max_lifetime } }),
    serverAcl: (acl: ServerAcl) => ({
        type: "m.room.server_acl",
        stateKey: "",
        content: { ...acl, allow_ip_literals: false },
    }),
    parent: (space: string, serverName) => ({
        type: "m.space.parent",
        stateKey: space,
        content: { via: [serverName], canonical: true },
    }),
};

/** The state that a room should have, without its power levels and members. */
export function declaredState(room: DeclaredRoom): StateEvent[] {
    const serverName = room.alias.slice(room.alias.indexOf(":") + 1);
    const allow = room.joinRule === "restricted" && room.parent ? [{ type: "m.room_membership", room_id: room.parent }] : undefined;
    return [
        ...(Object.keys(optional) as OptionalProperty[]).flatMap((property) =>
            room[property] === undefined ? [] : [optional[property](room[property] as never, serverName)],
        ),
        { type: "m.room.join_rules", stateKey: "", content: { join_rule: room.joinRule, ...(allow && { allow }) } },
        { type: "m.room.history_visibility", stateKey: "", content: { history_visibility: room.historyVisibility } },
        { type: "m.room.guest_access", stateKey: "", content: { guest_access: "forbidden" } },
        ...(room.encrypted ? [{ type: "m.room.encryption", stateKey: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }] : []),
    ];
}

/** The server insists on a text in the first two; an empty access list would keep everyone out. */
const emptied: Partial<Record<OptionalProperty, Record<string, unknown>>> = {
    name: { name: "" },
    topic: { topic: "" },
    serverAcl: { deny: [], allow: ["*"], allow_ip_literals: true },
};

/** The state that takes back what was declared before and no longer is. */
export function withdrawnState(before: DeclaredRoom, now: DeclaredRoom): StateEvent[] {
    return (Object.keys(optional) as OptionalProperty[])
        .filter(
            (property) =>
                before[property] !== undefined && (now[property] === undefined || (property === "parent" && now.parent !== before.parent)),
        )
        .map((property) => ({ ...optional[property](before[property] as never, ""), content: emptied[property] ?? {} }));
}

/** Whether the room has this state already. Keys that are not declared do not count. */
export function holds(state: RoomState, { type, stateKey, content }: StateEvent): boolean {
    const current = state.get(stateKeyOf(type, stateKey))?.content ?? {};
    const wanted = Object.entries(content);
    if (wanted.length === 0) return Object.keys(current).length === 0;
    if (type === "m.room.topic" && topicIn(current) !== (content.topic || undefined)) return false;
    return wanted.every(([key, value]) => isDeepStrictEqual(current[key] ?? "", value));
}

/**
 * The topic that people see: clients prefer m.topic, where it has plain text.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#mroomtopic
 */
export function topicIn({ topic, "m.topic": rich }: Record<string, unknown>): string | undefined {
    const forms = (rich as { "m.text"?: unknown } | null | undefined)?.["m.text"];
    const plain = (Array.isArray(forms) ? (forms as ({ mimetype?: string; body?: unknown } | null)[]) : []).find(
        (form) => (form?.mimetype ?? "text/plain") === "text/plain",
    );
    const seen = typeof plain?.body === "string" ? plain.body : topic;
    return typeof seen === "string" && seen !== "" ? seen : undefined;
}

/** What a room's state says of who may join: of a restricted room also whose members, where that is not the parent's. */
export function joinRuleIn(content: Record<string, unknown>, parent: string | undefined): string | undefined {
    const { join_rule: rule, allow } = content;
    if (typeof rule !== "string" || rule !== "restricted") return typeof rule === "string" ? rule : undefined;
    const rooms = (Array.isArray(allow) ? (allow as ({ room_id?: unknown } | null)[]) : []).map((entry) => entry?.room_id);
    return rooms.length === 1 && rooms[0] === parent ? rule : `restricted to members of ${rooms.join(", ") || "nothing"}`;
}
