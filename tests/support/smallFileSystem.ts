/** A directory on a file system of its own, in memory, that is soon full. Tests that need one run as root, or by sudo. */
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export interface SmallFileSystem {
    directory: string;
    resize(megabytes: number): Promise<void>;
    remove(): Promise<void>;
}

export async function smallFileSystem(megabytes: number): Promise<SmallFileSystem> {
    const directory = mkdtempSync(join(tmpdir(), "small-"));
    const asRoot = (file: string, ...words: string[]) =>
        process.getuid?.() === 0 ? execa(file, words) : execa("sudo", ["--non-interactive", file, ...words]);
    // As a volume of Docker that is written by any user; backups are stored by 991.
    await asRoot("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0777,uid=991,gid=991`, "tmpfs", directory);
    return {
        directory,
        resize: async (more) => void (await asRoot("mount", "-o", `remount,size=${more}m`, directory)),
        async remove() {
            await asRoot("umount", "--lazy", directory);
            rmdirSync(directory);
        },
    };
}
