/** How an account reaches its homeserver. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { Administration } from "./administration/administration.ts";
import { synapseAdministration } from "./administration/synapse.ts";

export interface Access {
    /** Matrix's client API. */
    client: MatrixClient;
    /** What the account can do as a server admin, if it is one. */
    administration: Administration;
}

export function accessBy(client: MatrixClient): Access {
    return { client, administration: synapseAdministration(client) };
}
