/** Whether an engine runs on this very machine, so that its ports, disk, networks and loopback are this machine's. */
import { readdirSync } from "node:fs";
import { hostname, release, totalmem } from "node:os";

/** What `docker info` and `docker network ls` tell. */
export interface EngineFacts {
    /** As DOCKER_HOST has it. */
    host: string;
    name: string;
    kernel: string;
    /** Bytes. */
    memory: number;
    rootless: boolean;
    /** IDs of its bridge networks, as far as `docker network ls` shortens them; the default one left out. */
    bridges: string[];
}

export interface MachineFacts {
    name: string;
    kernel: string;
    memory: number;
    /** Names of its network interfaces; undefined where they cannot be listed. */
    interfaces: string[] | undefined;
}

/**
 * An engine may be elsewhere though its socket is here: in a VM (Docker Desktop, Colima, WSL), behind a forwarded socket, or outside
 * of the container that this runs in. So the kernel, the host's name and its memory must be the same, and the interface of a
 * network must be here, if there is one. A rootless engine has ports and networks apart. In doubt the engine is another machine's: then a
 * check is left out, and Docker itself says what is wrong. Pure.
 */
export function isThisMachine(engine: EngineFacts, machine: MachineFacts): boolean {
    const bySocket = /^(unix|fd):\/\//.test(engine.host) || /^tcp:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(engine.host);
    const sameSystem = engine.kernel === machine.kernel && engine.name === machine.name && engine.memory === machine.memory;
    const { bridges } = engine;
    const { interfaces } = machine;
    const seesNetworks = bridges.length === 0 || interfaces === undefined || bridges.some((id) => interfaces.includes(`br-${id}`));
    return bySocket && !engine.rootless && sameSystem && seesNetworks;
}

export function thisMachine(): MachineFacts {
    return { name: hostname(), kernel: release(), memory: totalmem(), interfaces: interfaces() };
}

/** Linux only: a bridge without containers is down, and then os.networkInterfaces() leaves it out. */
function interfaces(): string[] | undefined {
    try {
        return readdirSync("/sys/class/net");
    } catch {
        return undefined;
    }
}
