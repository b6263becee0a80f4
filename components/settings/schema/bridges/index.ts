/** The section `bridges`: one entry a platform. Pure. */
import { z } from "zod";
import { irc } from "./irc.ts";
import { mautrixSections } from "./mautrix.ts";
import { relay } from "./relay.ts";

export const bridges = z.strictObject({
    irc: irc.optional().describe("IRC, by heisenbridge."),
    whatsapp: mautrixSections.whatsapp.optional().describe("WhatsApp, by mautrix-whatsapp."),
    signal: mautrixSections.signal.optional().describe("Signal, by mautrix-signal."),
    slack: mautrixSections.slack.optional().describe("Slack, by mautrix-slack."),
    discord: mautrixSections.discord.optional().describe("Discord, by mautrix-discord."),
    meta: mautrixSections.meta.optional().describe("Messenger or Instagram, by mautrix-meta."),
    gmessages: mautrixSections.gmessages.optional().describe("Google Messages (SMS and RCS), by mautrix-gmessages."),
    bluesky: mautrixSections.bluesky.optional().describe("Chats of Bluesky, by mautrix-bluesky."),
    telegram: mautrixSections.telegram.optional().describe("Telegram, by mautrix-telegram."),
    relay: relay
        .optional()
        .describe(
            "XMPP, Mumble, SSH-chat, Mattermost, Discord, Zulip, Rocket.Chat and Telegram, by matterbridge: one account on each speaks for everyone.",
        ),
});

/** Channels that a room is bridged to, of a platform that takes several. */
export const ends = (what: string, example: string) =>
    z
        .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
            error: `is neither a channel nor a list of channels; write ${example}`,
        })
        .optional()
        .describe(`${what}, or a list of them.`);

export const roomBridge = z.strictObject({
    // Heisenbridge notes with a room the one channel that it leads to.
    irc: z.string().min(1).optional().describe("Channel and network of bridges.irc, such as #support@libera."),
    relay: ends("Channel and account of bridges.relay, such as support@jabber", "support@jabber"),
});
