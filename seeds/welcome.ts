/** The dev stack's seed: the first message in the lobby. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { seed } from "matrix-synapse/seeds";

/** Room account data of the bot, which nobody else sees: it notes here that it has welcomed the room. */
const note = "matrix-synapse.seed.welcome";

export default seed(async ({ client, userId, rooms }) => {
    const lobby = rooms.get("lobby");
    if (await isNoted(client, lobby)) return;

    // A run that is killed before its note is made sends this again: the server answers the same transaction ID with the same event.
    const send = `/_matrix/client/v3/rooms/${encodeURIComponent(lobby)}/send/m.room.message/seed-welcome-1`;
    const body = `Welcome! I am ${userId}, and I post here what happens on this server.`;
    const { event_id } = await client.doRequest("PUT", send, null, { msgtype: "m.notice", body });
    await client.setRoomAccountData(note, lobby, { event_id });
});

async function isNoted(client: MatrixClient, room: string): Promise<boolean> {
    try {
        await client.getRoomAccountData(note, room);
        return true;
    } catch (error) {
        if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return false;
        throw error;
    }
}
