/** What `status` tells of the stack's relay: its containers say where it is and which secret the homeserver has. */
import { randomBytes } from "node:crypto";
import { oneLine } from "../../project/failure.ts";
import { type Component, isHealthy } from "../../stack/components.ts";
import { docker } from "../../stack/docker.ts";
import { engineHost } from "../../stack/engine.ts";
import { reachedAt } from "../reached.ts";
import { overTcpAndTls, pathThrough, type RelayPath, type RelayPlace } from "./path.ts";
import { startEcho } from "./relayEcho.ts";
import { timeLimitedCredentials } from "./turn/credentials.ts";

export interface RelayReport extends Pick<RelayPath, "reason" | "relayed"> {
    /** With --verbose: `works`, or why an allocation over it does not. */
    transports?: Record<"udp" | "tcp" | "tls", string>;
}

/** Milliseconds for what goes over the network, so that `status` stays within two seconds. */
const timeLimit = 1200;
/** After that, with --verbose, for the ways in. */
const transportLimit = 700;

/** Undefined where it is not asked: it is not healthy, or not on this machine. */
export async function relayReport(components: readonly Component[], verbose: boolean): Promise<RelayReport | undefined> {
    const relay = components.find(({ role }) => role === "relay");
    if (!relay || !isHealthy(relay)) return undefined;
    const place = placeOf(relay);
    if (place === undefined) return undefined;
    if (typeof place === "string") return { reason: place, relayed: null };
    const echo = startEcho(relay.container, place.range);
    try {
        const secret = await secretOf(components, relay);
        const credentials = timeLimitedCredentials(secret, `status-${randomBytes(6).toString("hex")}`, Date.now() / 1000 + 60);
        const { reason, relayed } = await pathThrough(place, credentials, AbortSignal.timeout(timeLimit), echo);
        if (!verbose) return { reason, relayed };
        const udp = relayed ? "works" : (reason ?? "");
        const others = await overTcpAndTls(place, credentials, AbortSignal.timeout(transportLimit));
        return { reason, relayed, transports: { udp, ...others } };
    } catch (error) {
        return { reason: oneLine(error), relayed: null };
    } finally {
        echo.end();
    }
}

/** For people: what is wrong, and with --verbose what each way in does. */
export function relayRemarks(component: string, { reason, relayed, transports }: RelayReport): string[] {
    const ways = Object.entries(transports ?? {}).map(([transport, answer]) => `${component}: over ${transport.toUpperCase()}: ${answer}`);
    return [
        ...(reason ? [`${component}: ${reason}`] : []),
        ...ways,
        ...(transports && relayed ? [`${component}: relays at ${relayed}`] : []),
    ];
}

/** @returns undefined where Docker is on another machine; a fault in words where no port is published */
function placeOf({ inspected: { Config, HostConfig } }: Component): RelayPlace | string | undefined {
    const option = (name: string) => Config.Cmd?.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    const [port, tlsPort, min, max] = ["listening-port", "tls-listening-port", "min-port", "max-port"].map((name) => Number(option(name)));
    const published = HostConfig.PortBindings?.[`${port}/udp`]?.[0];
    const { address, elsewhere } = reachedAt(published?.HostIp ?? "", engineHost());
    if (elsewhere !== undefined) return undefined;
    if (!port || !tlsPort || !min || !max || !published || address === undefined)
        return "its container publishes no port of TURN over UDP: run `pulumi up`";
    return { host: address, port, tlsPort, realm: option("realm") ?? "", range: { min, max } };
}

/** The homeserver's, with which it signs what clients get; the relay's own where no homeserver runs. */
async function secretOf(components: readonly Component[], relay: Component): Promise<string> {
    const homeserver = components.find(
        ({ role, inspected }) => role === "homeserver" && inspected.State.Running && !inspected.State.Paused,
    );
    if (homeserver) return (await docker(["exec", homeserver.container, "cat", "/run/secrets/turn-shared-secret"], 2)).trim();
    const file = await docker(["exec", relay.container, "cat", "/etc/coturn/turnserver.conf"], 2);
    return /^static-auth-secret=(.*)$/m.exec(file)?.[1] ?? "";
}
