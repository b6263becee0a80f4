/** Fields that rooms and spaces share. Pure. */
import { z } from "zod";
import { faultInContentSize, largestContent } from "../../../matrix/eventSize.ts";
import { faultInAliasLocalpart } from "../../../matrix/roomAlias.ts";
import { avatar, formerly } from "./entry.ts";
import { fault, named } from "./valueTypes.ts";

/** Any whole number: rooms of version 12 close at 150, and a level below 0 silences. */
const level = z.int();
const levelFor = (action: string) => level.optional().describe(`Power level needed to ${action}.`);

const powerLevels = z
    .strictObject({
        usersDefault: level.optional().describe("Power level of everyone not listed under members."),
        eventsDefault: levelFor("send messages"),
        stateDefault: levelFor("change the room's state"),
        invite: levelFor("invite people"),
        kick: levelFor("remove people"),
        ban: levelFor("ban people"),
        redact: levelFor("remove other people's messages"),
        events: z.record(z.string(), level).optional().describe("Power level needed to send an event, by its type, such as m.room.topic."),
    })
    .optional()
    .describe("Who may do what (spec: m.room.power_levels). Default for each: the server's.");

export const place = {
    name: z.string().min(1).max(255).optional().describe("Name that people see."),
    topic: z
        .string()
        .max(10_000)
        // Synapse writes it twice, as plain text and as m.topic.
        .superRefine(fault((text) => faultInContentSize(text, "m.room.topic", largestContent / 2)))
        .optional()
        .describe("What it is about."),
    alias: named(faultInAliasLocalpart).optional().describe("The part of the alias between # and the colon. Default: the key."),
    avatar,
    visibility: z
        .enum(["private", "public"])
        .default("private")
        .describe("public: listed in the room directory and open to join. private: by invitation only."),
    joinRule: z
        .enum(["public", "invite", "knock", "restricted"])
        .optional()
        .describe(
            "How people join. restricted: members of the parent space may join. Default: public where visibility is public, otherwise invite.",
        ),
    historyVisibility: z
        .enum(["invited", "joined", "shared", "world_readable"])
        .default("shared")
        .describe("Who may read messages from before they joined (spec: m.room.history_visibility)."),
    powerLevels,
    members: z
        .record(z.string(), level)
        .default({})
        .describe(
            "Members and their power levels, by key of users or bots, or by full user ID for people on other servers, who are invited.",
        ),
    parent: z.string().optional().describe("Parent space, by key of spaces."),
    onDelete: z
        .enum(["leave", "purge"])
        .default("leave")
        .describe(
            "What happens when the entry is removed. leave: members keep it, and its alias is removed. purge: everything in it is deleted.",
        ),
    formerly,
};
