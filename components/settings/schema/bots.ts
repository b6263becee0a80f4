/** An entry of the section `bots`. Pure. */
import { z } from "zod";
import { account } from "./account.ts";

const appservice = z.strictObject({
    namespace: z
        .string()
        .regex(/^[a-z0-9._=\-/+]+$/, { error: "is not a prefix of user names, such as irc_" })
        .describe("Prefix of user names and aliases. Those that start with it belong to this bot alone."),
    url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe("URL that the server sends the namespace's events to, as seen from its container. Default: events are not sent."),
});

export const bot = z.strictObject({
    ...account,
    unlimited: z.boolean().default(false).describe("Whether the bot is exempt from the server's rate limits for messages."),
    appservice: appservice.optional().describe("Makes the bot an application service, which acts for every user of its namespace."),
});
