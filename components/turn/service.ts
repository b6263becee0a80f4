/** What clients are offered for calls: the stack's own relay, another one, or nothing. */
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings/index.ts";

export interface TurnService {
    /** Synapse: turn_uris. None: clients are offered no relay. */
    uris: string[];
    /** Signs credentials that end after a time (Synapse: turn_shared_secret). Secret. */
    sharedSecret?: pulumi.Output<string>;
    /** The same credentials for all (Synapse: turn_username, turn_password). The password is secret. */
    login?: { username: string; password: pulumi.Output<string> };
}

/** @param relay absent where the settings ask for none */
export function turnService(relay: { service: TurnService } | undefined, { external }: Pick<Settings["turn"], "external">): TurnService {
    return relay?.service ?? external ?? { uris: [] };
}
