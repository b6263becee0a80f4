/** A room or a space. */
import { lifetime } from "../../matrix/lifetime.ts";
import type { DeclaredRoom } from "../../scripts/content/room/declared.ts";
import { stateKeyOf } from "../../scripts/content/room/declared.ts";
import { isSettled, type LiveRoom, membershipOf, readRoom } from "../../scripts/content/room/live.ts";
import { readPinned } from "../../scripts/content/room/pinned.ts";
import { levelOf, readActions, undeclaredLevels } from "../../scripts/content/room/powerLevels.ts";
import { createRoom, isChild, type RoomIds, removeRoom, updateRoom } from "../../scripts/content/room/room.ts";
import type { Kind } from "./kind.ts";
import type { Session } from "./session.ts";

export interface RoomInputs extends Omit<DeclaredRoom, "avatarUrl" | "retention"> {
    /** An mxc:// URI, or a path with the picture's hash: see avatarInput. */
    avatar?: string;
    /** How long messages are kept, such as 30d. */
    retention?: string;
    onDelete: "leave" | "purge";
    /** Whether the account that acts is in the room. Set by the provider. */
    administered: boolean;
    /** Who stands above the default without being declared. Found by the provider; never declared. */
    undeclaredPowerLevels?: Record<string, number>;
}

export interface RoomOutputs extends RoomIds {
    avatarUrl?: string;
}

export const room: Kind<RoomInputs, RoomOutputs> = {
    computed: ["roomId", "pinnedEventId", "avatarUrl"],
    echoed: ["alias"],
    secret: [],
    // A room is never replaced: what was said in it would be lost.
    identity: [],
    fixed: { administered: true },

    faults(inputs, before) {
        if (before?.encrypted && !inputs.encrypted) {
            return [
                {
                    property: "encrypted",
                    reason: "the room is encrypted, which cannot be taken back; declare encrypted: true, or another room",
                },
            ];
        }
        if (before && before.space !== inputs.space) {
            return [{ property: "space", reason: "a room cannot become a space, nor a space a room; declare another one" }];
        }
        return [];
    },

    async create(session, inputs) {
        const declared = await declaredRoom(session, inputs, {});
        const ids = await createRoom(session.client, declared);
        return { id: ids.roomId, outputs: { ...ids, avatarUrl: declared.avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = await readRoom(session.client, id);
        return live && { inputs: await liveRoom(session, id, inputs, outputs, live), outputs };
    },

    async update(session, id, inputs, before, outputs) {
        const declared = await declaredRoom(session, inputs, inputs.avatar === before.avatar ? outputs : {});
        const earlier = { ...(await declaredRoom(session, { ...before, avatar: undefined }, outputs)), ...outputs };
        if (before.avatar === undefined) delete earlier.avatarUrl;
        const ids = await updateRoom(session.client, id, declared, earlier);
        return { ...ids, avatarUrl: declared.avatarUrl };
    },

    async delete(session, id, inputs) {
        await removeRoom(session.client, id, await declaredRoom(session, { ...inputs, avatar: undefined }, {}), inputs.onDelete);
    },
};

async function declaredRoom(session: Session, inputs: RoomInputs, outputs: { avatarUrl?: string }): Promise<DeclaredRoom> {
    const { avatar, retention, onDelete: _, administered: __, undeclaredPowerLevels: ___, ...declared } = inputs;
    const avatarUrl = outputs.avatarUrl ?? (avatar === undefined ? undefined : await session.mediaOf(avatar));
    return {
        ...declared,
        ...(avatarUrl !== undefined && { avatarUrl }),
        ...(retention !== undefined && { retention: lifetime(retention) }),
    };
}

/** The declared values, with the room's own in place of those that differ. What is not declared is not looked at. */
async function liveRoom(session: Session, id: string, inputs: RoomInputs, outputs: RoomOutputs, live: LiveRoom): Promise<RoomInputs> {
    const content = (type: string, stateKey = "") => live.state.get(stateKeyOf(type, stateKey))?.content ?? {};
    const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
    const self = await session.client.getUserId();
    const read: Partial<RoomInputs> = {
        alias: live.aliases.includes(inputs.alias) ? text(content("m.room.canonical_alias").alias) : undefined,
        visibility: live.visibility,
        joinRule: content("m.room.join_rules").join_rule as RoomInputs["joinRule"],
        historyVisibility: content("m.room.history_visibility").history_visibility as RoomInputs["historyVisibility"],
        administered: live.joined,
        members: await liveMembers(session, inputs, live, self),
    };
    if (inputs.name !== undefined) read.name = text(content("m.room.name").name);
    if (inputs.topic !== undefined) read.topic = text(content("m.room.topic").topic);
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

    const encrypted = live.state.has(stateKeyOf("m.room.encryption"));
    if (encrypted && !inputs.encrypted) {
        const by = live.state.get(stateKeyOf("m.room.encryption"))?.sender;
        session.warn(`${inputs.alias} was encrypted by ${by}, which cannot be taken back: declare encrypted: true`);
    }
    if (inputs.encrypted) read.encrypted = encrypted;
    return Object.fromEntries(Object.entries({ ...inputs, ...read }).filter(([, value]) => value !== undefined)) as unknown as RoomInputs;
}

/** In the order of the inputs. What is not a list of texts lets nobody in, as an empty one. */
function liveServerAcl({ deny, allow, allow_ip_literals }: Record<string, unknown>): RoomInputs["serverAcl"] {
    const globs = (value: unknown) => (Array.isArray(value) ? value.filter((glob) => typeof glob === "string").sort() : []);
    if (deny === undefined && allow === undefined) return undefined;
    return { deny: globs(deny), allow: globs(allow), ...(allow_ip_literals !== false && { addresses: "let in" }) };
}

/** Members as they are. Who left on purpose counts as settled; who was thrown out, banned or deactivated is missing. */
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
    // An account without the admin API cannot know.
    const accounts = await session.accounts().catch(() => undefined);
    return accounts?.get(userId)?.deactivated ?? false;
}
