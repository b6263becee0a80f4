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
    const roomId = (await find(client, request.alias)) ?? (await create(client, request));
    // Adopted: somebody else may have created it.
    if (!(await client.getJoinedRooms()).includes(roomId)) await client.joinRoom(roomId);
    await settle(client, roomId, request);
    return { roomId };
});

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
async function settle(client: MatrixClient, roomId: string, { name, topic, visibility, encrypted, members }: RoomRequest): Promise<void> {
    await settleState(client, roomId, "m.room.name", name === undefined ? undefined : { name });
    await settleState(client, roomId, "m.room.topic", topic === undefined ? undefined : { topic });
    await settleState(client, roomId, "m.room.join_rules", { join_rule: visibility === "public" ? "public" : "invite" });
    await settleState(client, roomId, "m.room.encryption", encrypted ? { algorithm: "m.megolm.v1.aes-sha2" } : undefined);
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

async function settleState(client: MatrixClient, roomId: string, type: string, content: Record<string, string> | undefined): Promise<void> {
    if (content === undefined) return;
    const current = await client.getRoomStateEvent(roomId, type, "").catch((error) => {
        if (answered(error, "M_NOT_FOUND")) return undefined;
        throw error;
    });
    if (Object.entries(content).every(([key, value]) => current?.[key] === value)) return;
    await client.sendStateEvent(roomId, type, "", content);
}
