/** The section `bridges`: one entry a platform. Pure. */
import { z } from "zod";
import { irc } from "./irc.ts";
import { relay } from "./relay.ts";

export const bridges = z.strictObject({
    irc: irc.optional().describe("IRC, by heisenbridge."),
    relay: relay
        .optional()
        .describe(
            "XMPP, Mumble, SSH-chat, Mattermost, Discord, Zulip, Rocket.Chat and Telegram, by matterbridge: one account on each speaks for everyone.",
        ),
});

/** Channels that a room is bridged to, by platform. */
const ends = (what: string, example: string) =>
    z
        .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
            error: `is neither a channel nor a list of channels; write ${example}`,
        })
        .optional()
        .describe(`${what}, or a list of them.`);

export const roomBridge = z.strictObject({
    irc: ends("Channel and network of bridges.irc, such as #support@libera", "#support@libera"),
    relay: ends("Channel and account of bridges.relay, such as support@jabber", "support@jabber"),
});
