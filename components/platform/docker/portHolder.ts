/** Which process has a port. Linux only: elsewhere nobody is named. */
import { readdir, readFile, readlink } from "node:fs/promises";

/** @returns such as `python3 (pid 4711)`, or undefined where it cannot be seen */
export async function portHolder(port: number, protocol: "tcp" | "udp"): Promise<string | undefined> {
    const inodes = new Set<string>();
    for (const table of [protocol, `${protocol}6`]) {
        const text = await readFile(`/proc/net/${table}`, "utf8").catch(() => "");
        for (const inode of socketInodes(text, port, protocol)) inodes.add(inode);
    }
    if (inodes.size === 0) return undefined;
    const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    for (const pid of processes) {
        // A process may end while we look, and other users' are closed to us.
        const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
        for (const descriptor of descriptors) {
            const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
            const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
            if (inode && inodes.has(inode)) return `${(await readFile(`/proc/${pid}/comm`, "utf8")).trim()} (pid ${pid})`;
        }
    }
    return undefined;
}

/** Inodes of the sockets that listen on a port, from a table such as /proc/net/tcp. Source: proc(5) */
export function socketInodes(table: string, port: number, protocol: "tcp" | "udp"): string[] {
    const listening = protocol === "tcp" ? "0A" : "07";
    return table
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = "", , state]) => state === listening && Number.parseInt(local.split(":")[1] ?? "", 16) === port)
        .map((fields) => fields[9] ?? "");
}
