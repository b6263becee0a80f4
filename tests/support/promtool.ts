/** Prometheus' own tools on rules and configuration that are not deployed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference } from "../../scripts/project/checkout.ts";

/** @param files by name, in the directory where the tool runs @returns what it says, and whether it ended well */
export async function inImage(
    image: "prometheus" | "alertmanager",
    tool: string,
    parameters: string[],
    files: Record<string, string>,
): Promise<{ passed: boolean; said: string }> {
    const directory = mkdtempSync(join(tmpdir(), "promtool-"));
    try {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
        const mount = ["--volume", `${directory}:/given:ro`, "--workdir", "/given", "--user", "0"];
        const words = ["run", "--rm", "--network", "none", ...mount, "--entrypoint", tool, imageReference(image), ...parameters];
        const { exitCode, all } = await execa("docker", words, { reject: false, all: true });
        return { passed: exitCode === 0, said: all };
    } finally {
        rmSync(directory, { recursive: true });
    }
}
