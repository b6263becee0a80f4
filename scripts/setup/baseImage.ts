/** The base image: a Debian made from its package archive. */
import { createWriteStream, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import { logsDir, root, versions } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { aptInstall } from "./apt.ts";
import { failureText } from "./process.ts";
import { baseArguments } from "./recipe.ts";
import type { Report } from "./step.ts";

export async function buildBase(reference: string, label: string, report: Report): Promise<void> {
    await requireMmdebstrap(report);
    mkdirSync(logsDir, { recursive: true });
    const log = join(logsDir, "image-base.log");
    const tail: string[] = [];
    const debootstrap = execa("mmdebstrap", [...baseArguments(versions), "-"], {
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        buffer: false,
        reject: false,
    });
    debootstrap.stderr.pipe(createWriteStream(log));
    debootstrap.stderr.on("data", (chunk: Buffer) => {
        const lines = chunk
            .toString()
            .split(/[\r\n]+/)
            .filter(Boolean);
        tail.push(...lines);
        tail.splice(0, tail.length - 15);
        report(tail.at(-1)?.slice(0, 80) ?? "");
    });
    const changes = ["--change", `LABEL ${label}`, "--change", 'CMD ["bash"]'];
    const imported = debootstrap.pipe("docker", ["import", ...changes, "-", reference], { reject: false });
    const [made, stored] = await Promise.all([debootstrap, imported]);
    if (made.failed || stored.failed) {
        const what = made.failed ? `ended with status ${made.exitCode}` : `could not be stored: ${stored.stderr}`;
        const next = "Debian's package servers must be reachable; then run the same command again";
        // A cut-short archive may have been imported under the name; the label would make it look whole.
        await execa("docker", ["image", "rm", reference], { reject: false });
        throw new Failure(failureText("mmdebstrap", what, tail, relative(root, log), next));
    }
}

async function requireMmdebstrap(report: Report): Promise<void> {
    if (!(await execa("mmdebstrap", ["--version"], { reject: false })).failed) {
        return;
    }
    if (process.getuid?.() !== 0) {
        throw new Failure(
            "mmdebstrap is missing, and images must be built here: `sudo apt-get install mmdebstrap`, then run the same command again",
        );
    }
    await aptInstall(report, ["mmdebstrap", "debian-archive-keyring"], {
        log: "apt-mmdebstrap",
        next: "install mmdebstrap by hand, then run the same command again",
    });
}
