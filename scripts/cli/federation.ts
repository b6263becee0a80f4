// How the federation of a stack is checked, by its settings.
import { parseSettings } from "../../components/settings/parse.ts";
import { reachOf } from "../federation/addressRange.ts";
import type { ConnectTo } from "../federation/locate.ts";
import { bracketed, hostAndPort, parseServerName } from "../federation/serverName.ts";

export interface StackCheck {
    serverName: string;
    /** Whether the server side is on. */
    federation: boolean;
    connectTo: ConnectTo;
}

/**
 * A gateway that is published on loopback is asked there: no DNS leads to it.
 * @param raw the settings as the stack's file has them
 * @returns undefined where they have faults
 */
export function stackCheck(raw: Record<string, unknown>): StackCheck | undefined {
    const { settings } = parseSettings(raw);
    const name = settings && parseServerName(settings.serverName);
    if (!settings || !name || typeof name === "string") return undefined;
    const { bind, httpsPort, federationPort, host = bracketed(name.host) } = settings.gateway;
    const { enabled } = settings.federation;
    if (reachOf(bind) !== "loopback") return { serverName: name.text, federation: enabled, connectTo: {} };
    const [web, servers] = [hostAndPort(bind, httpsPort), hostAndPort(bind, federationPort)];
    return {
        serverName: name.text,
        federation: enabled,
        connectTo: {
            // Where a server is looked for without a well-known file, lest another stack of this machine answers there.
            [hostAndPort(name.host, name.port ?? 8448)]: servers,
            [`${host}:${federationPort}`]: servers,
            [hostAndPort(name.host, 443)]: web,
            [`${host}:${httpsPort}`]: web,
        },
    };
}
