/** Rooms as Dendrite's administrator gets at them: as a member, or as another member of this server. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { answered, ifFound } from "../client.ts";
import type { Administration, RoomSummary, StoredEvent } from "./administration.ts";

const id = encodeURIComponent;

type Admin = (method: "GET" | "POST", path: string, body?: object) => Promise<unknown>;

/** @param actAs gives a client that acts as an account of this server */
export function dendriteRooms(
    client: MatrixClient,
    actAs: (userId: string) => MatrixClient,
    admin: Admin,
): Pick<Administration, "rooms" | "room" | "roomState" | "join" | "purge"> {
    const stateAs = (acting: MatrixClient, roomId: string) =>
        acting.doRequest("GET", `/_matrix/client/v3/rooms/${id(roomId)}/state`).catch((error) => {
            if (answered(error, "M_FORBIDDEN") || (error instanceof MatrixError && error.statusCode === 404)) return undefined;
            throw error;
        }) as Promise<StoredEvent[] | undefined>;

    /** Somebody who has left sees the room as it was then, and with it who else of this server may be there still. */
    async function roomState(roomId: string): Promise<StoredEvent[] | undefined> {
        const self = await client.getUserId();
        const seen = await stateAs(client, roomId);
        if (!seen || joined(seen).includes(self)) return seen;
        for (const userId of joined(seen).filter((one) => one !== self && serverOf(one) === serverOf(self))) {
            const now = await stateAs(actAs(userId), roomId);
            if (now && joined(now).includes(userId)) return now;
        }
        return seen;
    }

    async function room(roomId: string): Promise<RoomSummary> {
        const state = await roomState(roomId);
        if (!state) throw new MatrixError({ errcode: "M_NOT_FOUND", error: "no such room" }, 404);
        const listed = (await ifFound(client.doRequest("GET", `/_matrix/client/v3/directory/list/room/${id(roomId)}`))) as
            | { visibility?: string }
            | undefined;
        const content = (type: string) => state.find((event) => event.type === type)?.content;
        const text = (type: string, key: string) => content(type)?.[key] as string | undefined;
        const [name, alias] = [text("m.room.name", "name"), text("m.room.canonical_alias", "alias")];
        return {
            roomId,
            space: content("m.room.create")?.type === "m.space",
            ...(name ? { name } : {}),
            ...(alias ? { alias } : {}),
            members: joined(state).length,
            encrypted: content("m.room.encryption") !== undefined,
            public: listed?.visibility === "public",
        };
    }

    return {
        /** Those that the acting account is in, and those in the directory: Dendrite has no list of all. */
        async rooms() {
            const { chunk } = (await client.doRequest("GET", "/_matrix/client/v3/publicRooms")) as { chunk: { room_id: string }[] };
            const known = new Set([...(await client.getJoinedRooms()), ...chunk.map(({ room_id }) => room_id)]);
            const found = await Promise.all([...known].sort().map((roomId) => room(roomId).catch(unseen)));
            return found.flatMap((one) => one ?? []);
        },
        room,
        roomState,
        async join(roomId, userId) {
            const acting = actAs(userId);
            try {
                await acting.joinRoom(roomId);
            } catch (error) {
                if (!answered(error, "M_FORBIDDEN")) throw error;
                await client.inviteUser(userId, roomId);
                await acting.joinRoom(roomId);
            }
        },
        async purge(roomId) {
            await admin("POST", `/evacuateRoom/${id(roomId)}`);
            await admin("POST", `/purgeRoom/${id(roomId)}`);
        },
    };
}

function joined(state: StoredEvent[]): string[] {
    return state.flatMap(({ type, state_key, content }) =>
        type === "m.room.member" && content.membership === "join" && state_key ? [state_key] : [],
    );
}

function serverOf(userId: string): string {
    return userId.slice(userId.indexOf(":") + 1);
}

/** A room of the directory that the acting account is not in. */
function unseen(error: unknown): undefined {
    if (!answered(error, "M_NOT_FOUND")) throw error;
}
