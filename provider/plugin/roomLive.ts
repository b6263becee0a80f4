/** A room as the server has it, as inputs, so that what differs from the declaration shows as a change. */
import { lifetime } from "../../matrix/lifetime.ts";
import { findRoom } from "../../scripts/content/room/alias.ts";
import { joinRuleIn, stateKeyOf, topicIn } from "../../scripts/content/room/declared.ts";
import { hasLostPower, isSettled, type LiveRoom, membershipOf } from "../../scripts/content/room/live.ts";
import { isChild } from "../../scripts/content/room/parent.ts";
import { readPinned } from "../../scripts/content/room/pinned.ts";
import { levelOf, readActions, undeclaredLevels } from "../../scripts/content/room/powerLevels.ts";
import type { Session } from "../../scripts/content/session.ts";
import type { RoomInputs } from "../resources/room.ts";
import type { ComputedRoom } from "./room.ts";

/** The inputs, and what the provider finds; the latter is never declared, so that it shows where it is there. */
export interface FoundRoom extends RoomInputs {
    /** Whether the acting account is in the room, and has the power over it if it made it. Set by the provider. */
    administered: boolean;
    /** Undeclared users whose level is above the default. */
    undeclaredPowerLevels?: Record<string, number>;
    /** Guest access where it is not forbidden. */
    guestAccess?: string;
}

/** The declared values, with the room's own in place of those that differ. Undeclared values are ignored. */
export async function liveRoom(session: Session, id: string, inputs: FoundRoom, outputs: ComputedRoom, live: LiveRoom): Promise<FoundRoom> {
    const content = (type: string, stateKey = "") => live.state.get(stateKeyOf(type, stateKey))?.content ?? {};
    const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
    const self = await session.client.getUserId();
    const read: Partial<FoundRoom> = {
        alias: (await leadsHere(session, id, inputs.alias, live)) ? text(content("m.room.canonical_alias").alias) : undefined,
        visibility: live.visibility,
        joinRule: joinRuleIn(content("m.room.join_rules"), inputs.parent) as RoomInputs["joinRule"],
        historyVisibility: content("m.room.history_visibility").history_visibility as RoomInputs["historyVisibility"],
        administered: live.joined && !hasLostPower(live, self),
        members: await liveMembers(session, inputs, live, self),
    };
    if (inputs.name !== undefined) read.name = text(content("m.room.name").name);
    if (inputs.topic !== undefined) read.topic = topicIn(content("m.room.topic"));
    if (inputs.avatar !== undefined) {
        const url = text(content("m.room.avatar").url);
        read.avatar = url === outputs.avatarUrl ? inputs.avatar : url;
    }
    if (inputs.retention !== undefined) {
        const kept = content("m.room.retention").max_lifetime;
        read.retention = kept === lifetime(inputs.retention) ? inputs.retention : kept === undefined ? undefined : `${kept} ms`;
    }
    if (inputs.serverAcl !== undefined) read.serverAcl = liveServerAcl(content("m.room.server_acl"));
    if (inputs.parent !== undefined) {
        const belongs = Array.isArray(content("m.space.parent", inputs.parent).via) && (await isChild(session.client, inputs.parent, id));
        read.parent = belongs ? inputs.parent : undefined;
    }
    if (inputs.pinnedMessage !== undefined) {
        read.pinnedMessage = outputs.pinnedEventId ? await readPinned(session.client, id, live, outputs.pinnedEventId) : undefined;
    }
    if (inputs.powerLevels !== undefined) read.powerLevels = readActions(live.levels, inputs.powerLevels);
    const undeclared = undeclaredLevels(live.levels, [...Object.keys(inputs.members), self, ...live.creators]);
    if (Object.keys(undeclared).length > 0) read.undeclaredPowerLevels = undeclared;

    const guestAccess = text(content("m.room.guest_access").guest_access);
    if (guestAccess !== undefined && guestAccess !== "forbidden") read.guestAccess = guestAccess;

    const encrypted = live.state.has(stateKeyOf("m.room.encryption"));
    // A space has no messages that could be encrypted.
    if (encrypted && !inputs.encrypted && !inputs.space) {
        const by = live.state.get(stateKeyOf("m.room.encryption"))?.sender;
        session.warn(`${inputs.alias} was encrypted by ${by}, which cannot be taken back: declare encrypted: true`);
    }
    // An event without an algorithm is what is left of one that was redacted.
    if (inputs.encrypted) read.encrypted = content("m.room.encryption").algorithm === "m.megolm.v1.aes-sha2";
    return Object.fromEntries(Object.entries({ ...inputs, ...read }).filter(([, value]) => value !== undefined)) as unknown as FoundRoom;
}

async function leadsHere({ client, warn }: Session, id: string, alias: string, live: LiveRoom): Promise<boolean> {
    if (live.aliases.includes(alias)) return true;
    const holder = await findRoom(client, alias);
    if (holder !== undefined && holder !== id)
        warn(`${alias} leads to another room now, ${holder}, and cannot be put back: remove it there, or declare another alias`);
    return holder === id;
}

/** In the order of the inputs. A list that is not one of texts lets nobody in, as an empty one does. */
function liveServerAcl({ deny, allow, allow_ip_literals }: Record<string, unknown>): RoomInputs["serverAcl"] {
    const globs = (value: unknown) => (Array.isArray(value) ? value.filter((glob) => typeof glob === "string").sort() : []);
    if (deny === undefined && allow === undefined) return undefined;
    return { deny: globs(deny), allow: globs(allow), ...(allow_ip_literals !== false && { addresses: "let in" }) };
}

/** Members as they are. One who left by choice counts as a member; one who was removed, banned or deactivated is missing. */
async function liveMembers(session: Session, inputs: RoomInputs, live: LiveRoom, self: string): Promise<Record<string, number>> {
    const members: Record<string, number> = {};
    for (const [userId, level] of Object.entries(inputs.members)) {
        const membership = membershipOf(live, userId);
        if (userId !== self && !isSettled(membership)) continue;
        // The server leaves in the name of an account that is deactivated.
        if (membership?.membership === "leave" && (await isDeactivated(session, userId))) continue;
        members[userId] = live.creators.includes(userId) ? level : levelOf(live.levels, userId);
    }
    return members;
}

async function isDeactivated(session: Session, userId: string): Promise<boolean> {
    // Without the admin API this cannot be known.
    const accounts = await session.accounts().catch(() => undefined);
    return accounts?.get(userId)?.deactivated ?? false;
}
