/** The parts of the section `homeserver` that people notice in their clients. Pure. */
import { z } from "zod";
import { faultInLifetime } from "../../../matrix/lifetime.ts";
import { named } from "./valueTypes.ts";

const linkPreviews = z
    .strictObject({
        enabled: z
            .boolean()
            .default(false)
            .describe(
                "Whether the server fetches pages that unencrypted messages link to (Synapse: url_preview_enabled). Addresses set aside for private or special use are never fetched. The image needs matrix-synapse[url-preview].",
            ),
        languages: z
            .array(
                z.string().regex(/^([a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*|\*)(;q=[01](\.\d{1,3})?)?$/, {
                    error: "is not a language, such as en-GB or fr;q=0.8",
                }),
            )
            .min(1, { error: "is empty; name a language, such as en, or remove it" })
            .default(["en"])
            .describe("Languages to ask for, the preferred one first (Synapse: url_preview_accept_language)."),
    })
    .prefault({})
    .describe("Previews of links.");

const serverNotices = z.strictObject({
    localpart: z
        .string()
        .default("notices")
        .describe("The part between @ and the colon of the account that sends notices (Synapse: server_notices.system_mxid_localpart)."),
    displayName: z
        .string()
        .min(1)
        .max(256)
        .default("Server notices")
        .describe("Display name of that account (Synapse: server_notices.system_mxid_display_name)."),
    roomName: z
        .string()
        .min(1)
        .max(255)
        .default("Server notices")
        .describe("Name of the room in which each person gets notices (Synapse: server_notices.room_name)."),
    topic: z.string().max(10_000).optional().describe("Topic of that room (Synapse: server_notices.room_topic). Default: none."),
    autoJoin: z
        .boolean()
        .default(false)
        .describe("Whether people join that room at once instead of being invited (Synapse: server_notices.auto_join)."),
});

export const clientFeatures = {
    linkPreviews,
    serverNotices: serverNotices
        .optional()
        .describe("Lets administrators send notices to people through the admin API (Synapse: server_notices). Default: off."),
    presence: z
        .literal([true, false, "untracked"])
        .default(true)
        .describe(
            "Whether people see who is online (Synapse: presence.enabled). untracked: clients' presence is ignored; modules may still set it.",
        ),
    userDirectory: z
        .enum(["all", "shared", "off"])
        .default("all")
        .describe(
            "Whom people find by name. all: every account on this server, and people elsewhere whom this server knows from a room. shared: only people in a public room or in a room with the one who searches. off: nobody (Synapse: user_directory.search_all_users, user_directory.enabled).",
        ),
    autoJoinRooms: z
        .array(z.string())
        .default([])
        .describe(
            "Rooms that new accounts join, bots included: keys of rooms or spaces, or aliases on other servers (Synapse: auto_join_rooms). Accounts that exist already do not join.",
        ),
    retention: named(faultInLifetime)
        .optional()
        .describe(
            "How long messages are kept in rooms that do not set it themselves (Synapse: retention.default_policy.max_lifetime). Older messages are deleted for good, once a day. Default: for ever.",
        ),
};
