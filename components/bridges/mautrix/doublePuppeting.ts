/**
 * Double puppeting: what people write in the network's own app appears as from their own Matrix accounts. Pure.
 * Source: https://docs.mau.fi/bridges/general/double-puppeting.html
 */
import type { BridgeSecrets } from "./facts.ts";

/** By server. Empty: nobody's account is acted for. */
export function doublePuppetSecrets(
    serverName: string,
    { doublePuppetToken }: Pick<BridgeSecrets, "doublePuppetToken">,
): Record<string, string> {
    return doublePuppetToken === undefined ? {} : { [serverName]: `as_token:${doublePuppetToken}` };
}
