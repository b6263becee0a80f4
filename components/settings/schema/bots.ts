/** An entry of the section `bots`. Pure. */
import { z } from "zod";
import { leadsToThisMachine } from "../../../matrix/httpUrl.ts";
import { account } from "./account.ts";
import { httpUrl } from "./valueTypes.ts";

const characters = /^[a-z0-9._=\-/+]+$/;
/** `irc.+` would be a prefix, but nobody means it. */
const prefix = /^(?!.*\.\+$)[a-z0-9._=\-/+]+$/;

/** Registration files of bridges have regular expressions, of whole user IDs. */
function faultInNamespace(namespace: string): string {
    const meant = namespace
        .toLowerCase()
        .replace(/^\^?[@#]?/, "")
        .replace(/:.*$/s, "")
        .replace(/\(?\.?[*+]\)?\$?$/, "");
    return `is not a prefix of user names; write ${characters.test(meant) ? meant : "the characters that they begin with, such as irc_"}`;
}

const appservice = z.strictObject({
    namespace: z
        .string()
        .regex(prefix, { error: ({ input }) => faultInNamespace(String(input)) })
        .describe("Prefix of user names and aliases. Those that start with it belong to this bot alone."),
    url: httpUrl({ schemes: ["https", "http"], form: "base" })
        .refine((url) => !URL.canParse(url) || !leadsToThisMachine(new URL(url)), {
            error: "leads to the homeserver's own container; name the host that the service runs on, as seen from there",
        })
        .optional()
        .describe("URL that the server sends the namespace's events to, as seen from its container. Default: events are not sent."),
});

export const bot = z.strictObject({
    ...account,
    unlimited: z.boolean().default(false).describe("Whether the bot is exempt from the server's rate limits for messages."),
    appservice: appservice.optional().describe("Makes the bot an application service, which acts for every user of its namespace."),
});
