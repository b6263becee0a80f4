/** The section `homeserver.roomDirectory`: who may list rooms and name them. Pure. */
import { z } from "zod";

const accounts = z.array(z.string().min(1));
const namedBy = "By key of users or bots, or by user ID, in which * stands for any text. * alone is everyone on this server.";

export const roomDirectory = z
    .strictObject({
        publishers: accounts
            .default([])
            .describe(
                `Accounts, beside the administrator, that may list a room in the directory. ${namedBy} (Synapse: room_list_publication_rules).`,
            ),
        aliasCreators: accounts
            .default(["*"])
            .describe(`Accounts, beside the administrator, that may give a room an alias. ${namedBy} (Synapse: alias_creation_rules).`),
    })
    .prefault({})
    .describe("The room directory: who may publish rooms, and who may name them.");
