/** How this machine reaches what a stack publishes on its Docker host. Pure. */
import { reachOf } from "../../matrix/addressRanges.ts";

export interface ReachedAt {
    /** Address or host name to connect to; absent where there is no way there from this machine. */
    address?: string;
    /** Host name of the other machine that Docker is on; absent where it is this one. */
    elsewhere?: string;
}

/**
 * @param bind address of the Docker host that a port is published on; empty: all of them
 * @param dockerHost where the engine is, as DOCKER_HOST has it; absent: on this machine
 * @param behindSocket name of the machine that an engine is on whose socket is here: a VM's ports are often forwarded to this one
 */
export function reachedAt(bind: string, dockerHost: string | undefined, behindSocket?: string): ReachedAt {
    const every = ["", "0.0.0.0", "::"].includes(bind);
    const elsewhere = otherMachine(dockerHost);
    if (elsewhere === undefined) {
        const address = every ? (bind === "::" ? "::1" : "127.0.0.1") : bind;
        return { address, ...(behindSocket !== undefined && { elsewhere: behindSocket }) };
    }
    if (every) return { address: elsewhere, elsewhere };
    return reachOf(bind) === "loopback" ? { elsewhere } : { address: bind, elsewhere };
}

/** A Docker that is asked over the network counts as another machine's, by whatever tunnel it is asked. */
function otherMachine(dockerHost: string | undefined): string | undefined {
    if (!dockerHost || /^(unix|fd|npipe):\/\//.test(dockerHost)) return undefined;
    const host = URL.canParse(dockerHost) ? new URL(dockerHost).hostname.replace(/^\[|\]$/g, "") : "";
    return host || dockerHost;
}
