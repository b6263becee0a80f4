/** Fields that all bridges have. Pure. */
import { z } from "zod";
import { megabytes } from "../valueTypes.ts";

const namedBy = "By key of users or bots, or by user ID, in which * stands for any text. * alone is everyone on this server.";

export const enabled = z
    .boolean()
    .default(true)
    .describe("Whether it runs. false takes its container and its registration away, and keeps its database, until it is true again.");

/** @param memory least and usual limit, in megabytes */
export const bridge = (memory: { least: number; usual: number }) => ({
    enabled,
    users: z.array(z.string().min(1)).default(["*"]).describe(`Accounts that may use it. ${namedBy}`),
    admins: z
        .array(z.string().min(1))
        .optional()
        .describe("Accounts that may change its settings by chat, by key of users or bots or by user ID. Default: the administrator."),
    memory: megabytes(memory.least, memory.usual).describe("Memory limit, in megabytes."),
});

/** Of a bridge that has a database. */
export const withDatabase = {
    onRemoval: z
        .enum(["keep", "drop"])
        .default("keep")
        .describe(
            "What happens to the bridge's database when its entry is removed. keep: it stays, with everybody's sessions. drop: it is deleted. Deploy a change of this before removing the entry.",
        ),
};
