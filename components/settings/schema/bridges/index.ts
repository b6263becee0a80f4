/** The section `bridges`: one entry a platform. Pure. */
import { z } from "zod";
import { irc } from "./irc.ts";

export const bridges = z.strictObject({
    irc: irc.optional().describe("IRC, by heisenbridge."),
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
});
