/** How an account reaches its homeserver. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { Administration } from "./administration/administration.ts";
import { dendriteAdministration } from "./administration/dendrite.ts";
import { synapseAdministration } from "./administration/synapse.ts";

export interface Access {
    /** Matrix's client API. */
    client: MatrixClient;
    /** What the account can do as a server admin, if it is one. */
    administration: Administration;
}

/** Secrets of the server that an account acts by, beside its own token. */
export interface ServerSecrets {
    /** Of the application service that may act for every account: a Dendrite has one, a Synapse none. */
    administrationToken?: string;
    registrationSharedSecret?: string;
}

export function accessBy(client: MatrixClient, { administrationToken, registrationSharedSecret }: ServerSecrets = {}): Access {
    const administration =
        administrationToken === undefined
            ? synapseAdministration(client)
            : dendriteAdministration(client, { administrationToken, registrationSharedSecret });
    return { client, administration };
}
