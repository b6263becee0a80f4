/** What lives in the server, as the settings say it. Pure. */
import { z } from "zod";
import { faultInAliasLocalpart, faultInAvatar, faultInServerGlob, named } from "../../../matrix/names.ts";

const level = z.int().min(0).max(100);
const displayName = z.string().min(1).max(256).optional().describe("Profile: displayname. Absent: left as it is.");
const avatar = named(faultInAvatar).optional().describe("A picture's path in this project, such as avatars/alice.png, or an mxc:// URI.");
const formerly = z
    .string()
    .min(1)
    .optional()
    .describe("The key this entry had before, so that a renamed key is not taken for another thing.");
const localpart = z
    .string()
    .optional()
    .describe("The part of the user ID between @ and the colon. Default: the key. It cannot be changed later.");

const account = {
    localpart,
    displayName,
    avatar,
    admin: z.boolean().default(false).describe("Whether this account may use Synapse's admin API."),
    deactivated: z.boolean().default(false).describe("Whether nobody can sign in to it."),
    onDelete: z
        .enum(["deactivate", "erase"])
        .default("deactivate")
        .describe("What becomes of the account when its entry is removed. erase: its messages are hidden from who joins later, too."),
    formerly,
};

export const user = z.strictObject({
    ...account,
    password: z
        .string()
        .max(512)
        .optional()
        .describe("The first password. Default: a generated one. Set it with: pulumi config set --secret --path users.NAME.password"),
});

export const bot = z.strictObject({
    ...account,
    unlimited: z.boolean().default(false).describe("Whether it is exempt from the server's limits on numbers of messages."),
    appservice: z
        .strictObject({
            namespace: z
                .string()
                .regex(/^[a-z0-9._=\-/+]+$/, { error: "is not the beginning of user names, such as irc_" })
                .describe("User names and aliases that begin so belong to this bot alone."),
            url: z
                .url({ protocol: /^https?$/ })
                .optional()
                .describe("Where the server sends the namespace's events, as seen from its container. Absent: nowhere."),
        })
        .optional()
        .describe("Makes it an application service: it acts for every user of its namespace."),
});

const powerLevels = z
    .strictObject({
        usersDefault: level.optional(),
        eventsDefault: level.optional(),
        stateDefault: level.optional(),
        invite: level.optional(),
        kick: level.optional(),
        ban: level.optional(),
        redact: level.optional(),
        events: z.record(z.string(), level).optional().describe("By event type, such as m.room.topic."),
    })
    .optional()
    .describe("Who may do what; what is absent is left as the server makes it (spec: m.room.power_levels).");

const place = {
    name: z.string().min(1).max(255).optional(),
    topic: z.string().max(10_000).optional(),
    alias: named(faultInAliasLocalpart).optional().describe("The part of the alias between # and the colon. Default: the key."),
    avatar,
    visibility: z
        .enum(["private", "public"])
        .default("private")
        .describe("public: listed in the directory and open to join. private: by invitation."),
    joinRule: z
        .enum(["public", "invite", "knock", "restricted"])
        .optional()
        .describe("Default: public for public ones, otherwise invite. restricted: members of the parent space may join."),
    historyVisibility: z
        .enum(["invited", "joined", "shared", "world_readable"])
        .default("shared")
        .describe("Who may read what was said before they came (spec: m.room.history_visibility)."),
    powerLevels,
    members: z
        .record(z.string(), level)
        .default({})
        .describe("Who is in it, with the power level: keys of users or bots, or full user IDs of other servers, which are invited."),
    parent: z.string().optional().describe("The space it belongs to, by key of spaces."),
    onDelete: z
        .enum(["leave", "purge"])
        .default("leave")
        .describe(
            "What becomes of it when its entry is removed. leave: people keep it, its alias goes. purge: everything in it is deleted.",
        ),
    formerly,
};

export const room = z.strictObject({
    ...place,
    encrypted: z.boolean().optional().describe("Default: private rooms are, public ones are not. It cannot be taken back."),
    retention: z
        .string()
        .regex(/^[1-9][0-9]*[hdwy]$/, { error: "is not a duration with its unit, such as 12h, 30d, 8w or 1y" })
        .optional()
        .describe("How long messages are kept (m.room.retention: max_lifetime)."),
    pinnedMessage: z
        .string()
        .min(1)
        .max(10_000)
        .optional()
        .describe("A message that stands pinned. The server can read it, in encrypted rooms too."),
    serverAcl: z
        .strictObject({
            deny: z.array(named(faultInServerGlob)).default([]).describe("Servers kept out, such as evil.example or *.evil.example."),
            allow: z.array(named(faultInServerGlob)).default(["*"]).describe("The only servers let in. Default: all that are not denied."),
        })
        .optional()
        .describe(
            "Which servers may take part (spec: m.room.server_acl); * and ? stand for any text and any character. Addresses may not.",
        ),
});

export const space = z.strictObject(place);
