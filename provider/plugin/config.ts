/** What cannot be a provider's configuration. Pure. */
import { faultInUrl } from "../../matrix/httpUrl.ts";
import type { ProviderConfig } from "../resources/provider.ts";
import type { KindFault } from "./kind.ts";
import { unknown } from "./wire.ts";

export function faultsInConfig({ homeserverUrl, accessToken }: Partial<ProviderConfig>): KindFault[] {
    const faults: KindFault[] = [];
    const url = faultInHomeserverUrl(homeserverUrl);
    if (url !== undefined) faults.push({ property: "homeserverUrl", reason: url });
    const token = faultInToken(accessToken);
    if (token !== undefined) faults.push({ property: "accessToken", reason: token });
    return faults;
}

function faultInHomeserverUrl(url: string | undefined): string | undefined {
    if (!url) return "is missing; give the homeserver's base URL, such as the output clientUrl of its stack";
    if (url.includes(unknown)) return undefined;
    const fault = faultInUrl(url, { schemes: ["https", "http"], form: "base" });
    // In a network of one's own, hosts have names that no server of Matrix may have, such as my_server.
    return fault === undefined || fault.startsWith("has a host, ") ? undefined : `${JSON.stringify(url)} ${fault}`;
}

function faultInToken(token: string | undefined): string | undefined {
    if (token === undefined || token.includes(unknown)) return undefined;
    if (token === "") return "is empty; give the token of the account that is to act (a deactivated bot has none)";
    return /^[\x21-\x7E]+$/.test(token)
        ? undefined
        : "has a space, a line break or another character that no token has; give the token alone";
}
