/** Rooms and spaces. */
import * as pulumi from "@pulumi/pulumi";
import type { Options } from "./provider.ts";
import type { Inputs, Outputs } from "./resource.ts";

/** Whether the server's directory lists a room. */
export type Visibility = "private" | "public";

/** Who may join a room. restricted: members of its parent space. */
export type JoinRule = "public" | "invite" | "knock" | "restricted";

/** From when on members can read a room's history. */
export type HistoryVisibility = "invited" | "joined" | "shared" | "world_readable";

/** What happens to a room when its resource is deleted. */
export type RoomRemoval = "leave" | "purge";

/** Power levels that actions in a room need (m.room.power_levels). What is absent is left as it is. */
export interface PowerLevels {
    /** Level of members who have none of their own. */
    usersDefault?: number;
    /** Level for sending messages. */
    eventsDefault?: number;
    /** Level for changing the room's state. */
    stateDefault?: number;
    /** Level for inviting. */
    invite?: number;
    /** Level for removing members. */
    kick?: number;
    /** Level for banning. */
    ban?: number;
    /** Level for removing other people's messages. */
    redact?: number;
    /** Level for each of these event types. */
    events?: Record<string, number>;
}

/** Which servers may take part in a room (m.room.server_acl). Servers named by an IP address may not. */
export interface ServerAcl {
    /** Globs of server names that are kept out. */
    deny: string[];
    /** Globs of server names that are let in. */
    allow: string[];
}

/** What is declared of a Room. */
export interface RoomInputs {
    /** Alias with # and server name, such as #lobby:example.org. */
    alias: string;
    /** Whether it is a space. Cannot be changed later. */
    space: boolean;
    /** Name that people see. */
    name?: string;
    /** What the room is about. */
    topic?: string;
    /** Picture: an mxc:// URI, or a file's path with the file's hash as avatarInput makes it. */
    avatar?: string;
    /** Whether the server's directory lists it. */
    visibility: Visibility;
    /** Who may join. restricted: members of the parent space. */
    joinRule: JoinRule;
    /** From when on members can read the history. */
    historyVisibility: HistoryVisibility;
    /** Whether messages are encrypted end to end. Cannot be taken back later. */
    encrypted: boolean;
    /** Power levels that actions need. Absent: left as they are. */
    powerLevels?: PowerLevels;
    /** Members: user ID to power level. Accounts of the same server join at once, others are invited. */
    members: Record<string, number>;
    /** Room ID of the space that it belongs to. */
    parent?: string;
    /** How long messages are kept, such as 30d; h, d, w and y are understood. */
    retention?: string;
    /** Text of a message that is sent and pinned. */
    pinnedMessage?: string;
    /** Which servers may take part. Absent: all. */
    serverAcl?: ServerAcl;
    /** What happens to the room when the resource is deleted. leave: the acting account leaves. purge: the server deletes the room. */
    onDelete: RoomRemoval;
}

/** What a program reads of a Room. */
export interface RoomOutputs {
    /** Alias with # and server name. */
    alias: string;
    /** Room ID. */
    roomId: string;
    /** Event ID of the pinned message that is declared. */
    pinnedEventId?: string;
    /** The picture on the server: an mxc:// URI. */
    avatarUrl?: string;
}

/**
 * A room or a space. The acting account creates it and stays in it; a room of its own that has the alias already is adopted.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { MatrixProvider, Room } from "matrix-synapse/provider";
 *
 * const accessToken = new pulumi.Config().requireSecret("accessToken");
 * const provider = new MatrixProvider("matrix", { homeserverUrl: "https://matrix.example.org", accessToken });
 * const lobby = new Room(
 *     "lobby",
 *     {
 *         alias: "#lobby:example.org",
 *         name: "Lobby",
 *         space: false,
 *         visibility: "public",
 *         joinRule: "public",
 *         historyVisibility: "shared",
 *         encrypted: false,
 *         members: { "@alice:example.org": 50 },
 *         onDelete: "leave",
 *     },
 *     { provider },
 * );
 * export const lobbyId = lobby.roomId;
 * ```
 */
export class Room extends pulumi.CustomResource implements Outputs<RoomOutputs> {
    declare readonly alias: pulumi.Output<string>;
    declare readonly roomId: pulumi.Output<string>;
    declare readonly pinnedEventId: pulumi.Output<string | undefined>;
    declare readonly avatarUrl: pulumi.Output<string | undefined>;

    constructor(name: string, inputs: Inputs<RoomInputs>, opts: Options) {
        super("matrix:index:Room", name, { ...inputs, roomId: undefined, pinnedEventId: undefined, avatarUrl: undefined }, opts);
    }
}
