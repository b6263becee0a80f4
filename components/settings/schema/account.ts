/** Fields that users and bots share. Pure. */
import { z } from "zod";
import { avatar, formerly } from "./entry.ts";

export const account = {
    localpart: z
        .string()
        .optional()
        .describe("The part of the user ID between @ and the colon. Default: the key. It cannot be changed later."),
    displayName: z.string().min(1).max(256).optional().describe("Display name in the profile. Default: left unchanged."),
    avatar,
    admin: z.boolean().default(false).describe("Whether this account may use Synapse's admin API."),
    deactivated: z.boolean().default(false).describe("Whether the account is deactivated (nobody can sign in)."),
    onDelete: z
        .enum(["deactivate", "erase"])
        .default("deactivate")
        .describe(
            "What happens to the account when its entry is removed. deactivate: nobody can sign in. erase: also hides its messages from people who join later.",
        ),
    formerly,
};
