/** What must be there before anything else: Node.js, and room on the disks. */
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";
import { root } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { choosePulumi } from "../project/pulumi.ts";
import type { Step } from "./step.ts";

const gigabyte = 1e9;

export interface Room {
    path: string;
    /** What for, as it reads after "needed for". */
    purpose: string;
    needed: number;
    free: number;
}

export const prerequisites: Step = {
    title: "Node.js and disk space",
    done: async () => {
        const fault = nodeFault(process.versions.node) ?? diskFault(await measure(await wanted()));
        if (fault) {
            throw new Failure(fault);
        }
        return `Node.js ${process.versions.node}, enough room`;
    },
    run: async () => {},
};

export function nodeFault(version: string): string | undefined {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const enough = major > 20 || (major === 20 && minor >= 19);
    return enough
        ? undefined
        : `Node.js is ${version}, and 20.19 or newer is needed: install it (https://nodejs.org) and put it first on PATH`;
}

export function diskFault(rooms: Room[]): string | undefined {
    const short = rooms.find((room) => room.free < room.needed);
    const shown = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`;
    return short && `Too little disk at ${short.path}: ${shown(short.free)} free, ${shown(short.needed)} needed for ${short.purpose}`;
}

type Wanted = Omit<Room, "free">;

/** A first run compiles and builds; later ones need room to work only. */
async function wanted(): Promise<Wanted[]> {
    const goCache = await execa("go", ["env", "GOCACHE"], { reject: false, timeout: 10_000 });
    const docker = await execa("docker", ["info", "--format", "{{.DockerRootDir}}"], { reject: false, timeout: 10_000 });
    const first = choosePulumi() === undefined;
    return [
        { path: root, purpose: "the tools and npm packages", needed: (first ? 1 : 0.3) * gigabyte },
        ...(first && goCache.stdout
            ? [{ path: goCache.stdout, purpose: "building Pulumi from its Go modules", needed: 5 * gigabyte }]
            : []),
        { path: docker.stdout || "/var/lib/docker", purpose: "container images and volumes", needed: (first ? 4 : 1) * gigabyte },
    ];
}

async function measure(rooms: Wanted[]): Promise<Room[]> {
    return Promise.all(
        rooms.map(async (room) => {
            const stats = await statfs(nearestExisting(room.path));
            return { ...room, free: stats.bavail * stats.bsize };
        }),
    );
}

function nearestExisting(path: string): string {
    return existsSync(path) ? path : nearestExisting(dirname(path));
}
