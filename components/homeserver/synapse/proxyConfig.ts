/** The proxy that Synapse connects through, in its configuration. Pure. */
import { stringify } from "yaml";

export interface OutboundProxy {
    /** Without a user. */
    url: string;
    user?: string;
    /** Hosts that are connected to directly. */
    except: string[];
}

/** Path in the container of a further configuration file, for a proxy with a password. */
export const proxyPath = "/run/secrets/proxy.yaml";

/**
 * What of it is no secret, for homeserver.yaml.
 * @param ownServices URLs of application services, which Synapse would ask through the proxy too
 */
export function proxyOptions(proxy: OutboundProxy | undefined, ownServices: string[]) {
    if (!proxy) return {};
    const own = ownServices.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ""));
    return { ...(proxy.user === undefined && proxyUrls(proxy.url)), no_proxy_hosts: [...new Set([...proxy.except, ...own])] };
}

/** Secret. Synapse takes user and password as they stand: percent-encoded they would be wrong ones. */
export function proxyYaml({ url, user = "" }: Pick<OutboundProxy, "url" | "user">, password: string): string {
    return stringify(proxyUrls(url.replace("://", () => `://${user}:${password}@`)), { lineWidth: 0 });
}

/** For both kinds of URL that are asked for; federation is HTTPS. */
function proxyUrls(url: string) {
    return { http_proxy: url, https_proxy: url };
}
