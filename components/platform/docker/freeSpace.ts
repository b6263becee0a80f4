import { statfs } from "node:fs/promises";

/** @returns one line if less than `needed` bytes are free where `directory` is */
export async function freeSpaceFault(directory: string, needed: number): Promise<string | undefined> {
    const found = await statfs(directory).catch(() => undefined);
    // It cannot be seen from here, so nothing can be said of it.
    if (!found) return undefined;
    const { bavail, bsize } = found;
    const free = bavail * bsize;
    return free < needed ? `too little disk: ${directory} has ${gigabytes(free)} GB free, ${gigabytes(needed)} GB are needed` : undefined;
}

function gigabytes(bytes: number): string {
    return (bytes / 1024 ** 3).toFixed(1);
}
