/** What a bridge of the mautrix family is told besides its own settings. Pure. */
import type { DatabaseConnection } from "../../database/connections.ts";

/** Known without a secret. */
export interface BridgeFacts {
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The homeserver's client API, as the bridge reaches it. */
    homeserverUrl: string;
    /** The bridge, as the homeserver reaches it. */
    url: string;
    /** ID of its registration. */
    id: string;
    /** Part of the bot's user ID between @ and the colon. */
    localpart: string;
    /** What user names of the network's people begin with. */
    namespace: string;
    /** User IDs, in which * stands for any text. */
    users: readonly string[];
    /** The same, of those who may change the bridge's settings by chat. */
    admins: readonly string[];
    database: Omit<DatabaseConnection, "password">;
}

/** Or placeholders, for a configuration that people may read. */
export interface BridgeSecrets {
    asToken: string;
    hsToken: string;
    databasePassword: string;
    /** Encrypts the encryption keys in the bridge's database. */
    pickleKey: string;
    /** Opens the provisioning API, by which people are signed in. */
    provisioningSecret: string;
    /** Acts as the bridge's users. Absent without double puppeting. */
    doublePuppetToken?: string;
}
