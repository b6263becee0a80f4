/** URIs of TURN servers. Source: RFC 7065, https://spec.matrix.org/v1.16/client-server-api/#get_matrixclientv3voipturnserver */
import { faultInServerName } from "./serverName.ts";

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInTurnUri(uri: string): string | undefined {
    const example = "such as turn:turn.example.org:3478?transport=udp or turns:turn.example.org:5349?transport=tcp";
    if (/^stuns?:/.test(uri)) return `is a STUN server, which relays nothing; give a TURN server, ${example}`;
    if (/^turns?:\/\//.test(uri)) return `has // in it, which URIs of TURN have not; write ${uri.replace("//", "")}`;
    const [, host, query] = /^turns?:([^?/@\s]+)(\?.*)?$/.exec(uri) ?? [];
    if (host === undefined) return `is not the URI of a TURN server, ${example}`;
    if (query !== undefined && !/^\?transport=(udp|tcp)$/.test(query))
        return "ends in something else than ?transport=udp or ?transport=tcp";
    const fault = faultInServerName(host.toLowerCase());
    return fault && `names a server, ${host}, that ${fault}`;
}
