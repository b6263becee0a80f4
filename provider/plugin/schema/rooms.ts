/** Rooms and spaces in the schema. */
import { avatarUrl, picture } from "./accounts.ts";
import {
    boolean,
    enumeration,
    integer,
    levels,
    named,
    type PackageSchema,
    resource,
    string,
    strings,
    withDescription,
} from "./language.ts";

export const room = resource(
    "A room or a space. The acting account creates it and stays in it; a room of its own that has the alias already is adopted.",
    {
        alias: withDescription(string, "Alias with # and server name, such as #lobby:example.org."),
        space: withDescription(boolean, "Whether it is a space. Cannot be changed later."),
        name: withDescription(string, "Name that people see."),
        topic: withDescription(string, "What the room is about."),
        avatar: withDescription(string, picture),
        visibility: withDescription(named("Visibility"), "Whether the server's directory lists it."),
        joinRule: withDescription(named("JoinRule"), "Who may join. restricted: members of the parent space."),
        historyVisibility: withDescription(named("HistoryVisibility"), "From when on members can read the history."),
        encrypted: withDescription(boolean, "Whether messages are encrypted end to end. Cannot be taken back later."),
        powerLevels: withDescription(named("PowerLevels"), "Power levels that actions need. Absent: left as they are."),
        members: withDescription(levels, "Members: user ID to power level. Accounts of the same server join at once, others are invited."),
        parent: withDescription(string, "Room ID of the space that it belongs to."),
        retention: withDescription(string, "How long messages are kept, such as 30d; h, d, w and y are understood."),
        pinnedMessage: withDescription(string, "Text of a message that is sent and pinned."),
        serverAcl: withDescription(named("ServerAcl"), "Which servers may take part. Absent: all."),
        onDelete: withDescription(
            named("RoomRemoval"),
            "What happens to the room when the resource is deleted. leave: the acting account leaves. purge: the server deletes the room.",
        ),
    },
    ["name", "topic", "avatar", "powerLevels", "parent", "retention", "pinnedMessage", "serverAcl"],
    {
        alias: withDescription(string, "Alias with # and server name."),
        roomId: withDescription(string, "Room ID."),
        pinnedEventId: withDescription(string, "Event ID of the pinned message that is declared."),
        avatarUrl,
    },
    ["pinnedEventId", "avatarUrl"],
);

const serverAcl = {
    deny: withDescription(strings, "Globs of server names that are kept out."),
    allow: withDescription(strings, "Globs of server names that are let in."),
};

export const roomTypes: PackageSchema["types"] = {
    "matrix:index:RoomRemoval": enumeration("What happens to a room when its resource is deleted.", "leave", "purge"),
    "matrix:index:Visibility": enumeration("Whether the server's directory lists a room.", "private", "public"),
    "matrix:index:JoinRule": enumeration(
        "Who may join a room. restricted: members of its parent space.",
        "public",
        "invite",
        "knock",
        "restricted",
    ),
    "matrix:index:HistoryVisibility": enumeration(
        "From when on members can read a room's history.",
        "invited",
        "joined",
        "shared",
        "world_readable",
    ),
    "matrix:index:PowerLevels": {
        description: "Power levels that actions in a room need (m.room.power_levels). What is absent is left as it is.",
        type: "object",
        properties: {
            usersDefault: withDescription(integer, "Level of members who have none of their own."),
            eventsDefault: withDescription(integer, "Level for sending messages."),
            stateDefault: withDescription(integer, "Level for changing the room's state."),
            invite: withDescription(integer, "Level for inviting."),
            kick: withDescription(integer, "Level for removing members."),
            ban: withDescription(integer, "Level for banning."),
            redact: withDescription(integer, "Level for removing other people's messages."),
            events: withDescription(levels, "Level for each of these event types."),
        },
        required: [],
    },
    "matrix:index:ServerAcl": {
        description: "Which servers may take part in a room (m.room.server_acl). Servers named by an IP address may not.",
        type: "object",
        properties: serverAcl,
        required: Object.keys(serverAcl),
    },
};
