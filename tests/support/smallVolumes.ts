/** A command `docker` that makes one volume on a file system that is soon full, and does everything else as the real one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { smallFileSystem } from "./smallFileSystem.ts";

/**
 * @param volume name of the volume
 * @param use is given the environment in which that command is the first on PATH
 */
export async function withSmallVolume(
    volume: string,
    megabytes: number,
    use: (environment: Record<string, string>) => Promise<void>,
): Promise<void> {
    const place = await smallFileSystem(megabytes);
    const bin = mkdtempSync(join(tmpdir(), "docker-"));
    const { stdout: real } = await execa("which", ["docker"]);
    const options = `--opt type=none --opt o=bind --opt device=${place.directory}`;
    const script = `#!/bin/bash
if [ "\${*:1:2}" = "volume create" ] && [ "\${*: -1}" = ${volume} ]; then exec ${real} volume create ${options} "\${@:3}"; fi
exec ${real} "$@"
`;
    writeFileSync(join(bin, "docker"), script, { mode: 0o755 });
    try {
        await use({ PATH: `${bin}:${process.env.PATH}` });
    } finally {
        await place.remove();
        rmSync(bin, { recursive: true });
    }
}
