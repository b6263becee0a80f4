/** What the images hold that a stack is to run, asked from the images themselves. */
import { execa } from "execa";
import type { Schema } from "../../../database/synapseData.ts";

/** @returns the image's ID; undefined where the engine does not have it yet */
export async function imageId(reference: string): Promise<string | undefined> {
    const { exitCode, stdout } = await execa("docker", ["image", "inspect", "--format", "{{.Id}}", reference], {
        reject: false,
        timeout: 20_000,
    });
    return exitCode === 0 ? stdout.trim() : undefined;
}

/** As the update itself would do a moment later. Whether it worked is told by the update. */
export async function pull(reference: string): Promise<void> {
    await execa("docker", ["pull", "--quiet", reference], { reject: false, timeout: 900_000 });
}

/** @returns PostgreSQL's major version; undefined where there is no PostgreSQL in the image */
export async function postgresMajor(image: string): Promise<number | undefined> {
    const found = /\(PostgreSQL\) (\d+)/.exec(await answer(image, "postgres", ["--version"]));
    return found ? Number(found[1]) : undefined;
}

/** @returns undefined where there is no Synapse in the image */
export async function synapseSchema(image: string): Promise<Schema | undefined> {
    const question = "import synapse.storage.schema as s; print('schema', s.SCHEMA_VERSION, s.SCHEMA_COMPAT_VERSION)";
    const found = /^schema (\d+) (\d+)$/m.exec(await answer(image, "python", ["-c", question]));
    return found ? { version: Number(found[1]), compatVersion: Number(found[2]) } : undefined;
}

/** What starts the gateway. */
export async function hasCaddy(image: string): Promise<true | undefined> {
    return (await answer(image, "caddy", ["version"])).startsWith("v2") || undefined;
}

/** What coturn.sh needs. */
export async function hasCoturn(image: string): Promise<true | undefined> {
    return (await answer(image, "bash", ["-c", "command -v turnserver && hostname -I"])).includes("turnserver") || undefined;
}

async function answer(image: string, entrypoint: string, words: string[]): Promise<string> {
    const { stdout } = await execa("docker", ["run", "--rm", "--network", "none", "--entrypoint", entrypoint, image, ...words], {
        reject: false,
        timeout: 60_000,
    });
    return stdout ?? "";
}
