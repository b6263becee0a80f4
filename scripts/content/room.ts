/** Creates a room or adopts the one its alias leads to, and brings it to what is declared. Prints {roomId}. */
import type { MatrixClient } from "matrix-bot-sdk";
import { privilegedCreators, withMembers } from "./powerLevels.ts";
import { answered, connect, readRequest, readSecrets, run } from "./request.ts";

export interface RoomRequest {
    /** With # and server name. */
    alias: string;
    name?: string;
    topic?: string;
    visibility: "private" | "public";
    encrypted: boolean;
    /** User ID → power level. */
    members: Record<string, number>;
}

const { homeserverUrl, request } = readRequest<RoomRequest>();
await run(`room ${request.alias}`, async () => {
    const { accessToken } = await readSecrets<{ accessToken: string }>();
    const client = connect(homeserverUrl, accessToken);
    const roomId = earlierRoom() ?? (await find(client, request.alias)) ?? (await create(client, request));
    // Adopted: somebody else may have created it.
    if (!(await client.getJoinedRooms()).includes(roomId)) await client.joinRoom(roomId);
    await settle(client, roomId, request);
    return { roomId };
});

/** On an update, the room that this script answered with before: its alias may have been changed since. */
function earlierRoom(): string | undefined {
    const { PULUMI_COMMAND_STDOUT: answer } = process.env;
    return answer ? (JSON.parse(answer) as { roomId: string }).roomId : undefined;
}

async function find(client: MatrixClient, alias: string): Promise<string | undefined> {
    try {
        return await client.resolveRoom(alias);
    } catch (error) {
        if (answered(error, "M_NOT_FOUND")) return undefined;
        throw error;
    }
}

async function create(client: MatrixClient, { alias, name, topic, visibility, encrypted }: RoomRequest): Promise<string> {
    const open = visibility === "public";
    return client.createRoom({
        // The server encrypts rooms of the private presets by itself, so a private room that is declared open to
        // read starts from the public preset and is closed here.
        preset: encrypted ? "private_chat" : "public_chat",
        room_alias_name: alias.slice(1, alias.indexOf(":")),
        name,
        topic,
        initial_state: [
            { type: "m.room.join_rules", state_key: "", content: { join_rule: open ? "public" : "invite" } },
            { type: "m.room.guest_access", state_key: "", content: { guest_access: "forbidden" } },
            ...(encrypted ? [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }] : []),
        ],
    });
}

/** Changes only what differs. */
async function settle(client: MatrixClient, roomId: string, declared: RoomRequest): Promise<void> {
    const { alias, name, topic, visibility, encrypted, members } = declared;
    await settleAlias(client, roomId, alias);
    await settleState(client, roomId, "m.room.name", name === undefined ? undefined : { name });
    await settleState(client, roomId, "m.room.topic", topic === undefined ? undefined : { topic });
    await settleState(client, roomId, "m.room.join_rules", { join_rule: visibility === "public" ? "public" : "invite" });
    if (encrypted) await settleState(client, roomId, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    else if (await stateContent(client, roomId, "m.room.encryption")) {
        throw new Error("it is encrypted, which cannot be taken back; declare it with encrypted: true, or another room");
    }
    if ((await client.getDirectoryVisibility(roomId)) !== visibility) await client.setDirectoryVisibility(roomId, visibility);

    const joined = await client.getJoinedRoomMembers(roomId);
    for (const userId of Object.keys(members).filter((member) => !joined.includes(member))) {
        // Local accounts need not accept: the admin API invites and joins in one.
        await client.doRequest("POST", `/_synapse/admin/v1/join/${encodeURIComponent(roomId)}`, undefined, { user_id: userId });
    }

    const state = await client.getRoomState(roomId);
    const createEvent = state.find(({ type }) => type === "m.room.create");
    const levels = state.find(({ type }) => type === "m.room.power_levels");
    const changed = withMembers(levels?.content ?? {}, members, privilegedCreators(createEvent));
    if (changed) await client.sendStateEvent(roomId, "m.room.power_levels", "", changed);
}

/** Moves the alias where another was declared before. */
async function settleAlias(client: MatrixClient, roomId: string, alias: string): Promise<void> {
    const holder = await find(client, alias);
    if (holder !== undefined && holder !== roomId) throw new Error(`the alias belongs to another room, ${holder}`);
    const earlier = (await stateContent(client, roomId, "m.room.canonical_alias"))?.alias;
    if (holder === undefined) await client.createRoomAlias(alias, roomId);
    await settleState(client, roomId, "m.room.canonical_alias", { alias });
    if (typeof earlier === "string" && earlier !== alias) await client.deleteRoomAlias(earlier);
}

async function stateContent(client: MatrixClient, roomId: string, type: string): Promise<Record<string, unknown> | undefined> {
    return client.getRoomStateEvent(roomId, type, "").catch((error) => {
        if (answered(error, "M_NOT_FOUND")) return undefined;
        throw error;
    });
}

async function settleState(client: MatrixClient, roomId: string, type: string, content: Record<string, string> | undefined): Promise<void> {
    if (content === undefined) return;
    const current = await stateContent(client, roomId, type);
    if (Object.entries(content).every(([key, value]) => current?.[key] === value)) return;
    await client.sendStateEvent(roomId, type, "", content);
}
