/**
 * Double puppeting: what people write in the network's own app appears as from their own Matrix accounts. Pure.
 * Source: https://docs.mau.fi/bridges/general/double-puppeting.html
 */
import { SecretValue } from "../../settings/secretValue.ts";
import type { BridgeSecrets } from "./facts.ts";

/** By server. Empty: nobody's account is acted for. */
export function doublePuppetSecrets(
    serverName: string,
    { doublePuppetToken }: Pick<BridgeSecrets, "doublePuppetToken">,
): Record<string, SecretValue> {
    return doublePuppetToken === undefined ? {} : { [serverName]: new SecretValue(`as_token:${doublePuppetToken.reveal()}`) };
}
