/** Images of other versions than the stack's own, for tests of upgrades: made from the same recipes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference, offlineDir } from "../../scripts/project/checkout.ts";
import { buildClient } from "../../scripts/setup/builder.ts";

const bundle = "/etc/ssl/certs/ca-certificates.crt";

/** @returns the image's reference */
export async function synapseImage(version: string): Promise<string> {
    return build("synapse", version, imageReference("base"));
}

/** PostgreSQL of a Debian release, which has one major version. */
export async function postgresImage(version: string, suite: string): Promise<string> {
    const base = `matrix-synapse-test/base:${suite}`;
    const { exitCode } = await execa("docker", ["image", "inspect", base], { reject: false });
    if (exitCode !== 0) {
        const made = execa("mmdebstrap", ["--variant=minbase", "--include=ca-certificates", suite, "-"], { buffer: { stdout: false } });
        await made.pipe("docker", ["import", "--change", 'CMD ["bash"]', "-", base]);
    }
    return build("postgres", version, base);
}

async function build(name: "synapse" | "postgres", version: string, base: string): Promise<string> {
    const reference = `matrix-synapse-test/${name}:${version}`;
    const from = ["--build-arg", `BASE=${base}`, "--build-arg", `VERSION=${version}`];
    const certificates = existsSync(bundle) ? ["--secret", `id=ca,src=${bundle}`] : [];
    await execa(await buildClient(), ["build", "--quiet", ...from, ...certificates, "--tag", reference, join(offlineDir, "images", name)], {
        env: { DOCKER_BUILDKIT: "1" },
    });
    return reference;
}
