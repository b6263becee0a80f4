/** Encryption between people's clients and a bridge. Pure. */
import type { MautrixSettings } from "../../settings/schema/bridges/mautrix.ts";
import type { BridgeSecrets } from "./facts.ts";

/** Common to both generations of configuration. */
export function encryptionOptions(encryption: MautrixSettings["encryption"]): Record<string, boolean> {
    const allowed = encryption !== "off";
    return {
        allow: allowed,
        default: encryption === "default" || encryption === "required",
        require: encryption === "required",
        // Keys come with the homeserver's transactions, which are repeated until the bridge has taken them.
        appservice: allowed,
        msc4190: allowed,
    };
}

/** Source: maunium.net/go/mautrix v0.30.0, bridgev2/matrix/mxmain/example-config.yaml */
export function bridgev2Encryption(encryption: MautrixSettings["encryption"], { pickleKey }: Pick<BridgeSecrets, "pickleKey">): object {
    return {
        ...encryptionOptions(encryption),
        // Clients of careful people send no keys to a device that nobody vouches for.
        self_sign: encryption !== "off",
        allow_key_sharing: true,
        pickle_key: pickleKey,
    };
}
