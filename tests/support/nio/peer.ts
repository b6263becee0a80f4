/** A second Matrix client that encrypts, with nothing in common with the bots': matrix-nio on libolm, in a container. */
import { mkdirSync } from "node:fs";
import { execa } from "execa";
import { imageReference } from "../../../scripts/project/checkout.ts";
import { buildClient } from "../../../scripts/setup/builder.ts";
import { LineProcess } from "../lineProcess.ts";

const image = "matrix-synapse/test-nio";

/** Some 20 s the first time, a second afterwards. */
export async function buildPeer(): Promise<void> {
    await execa(
        await buildClient(),
        ["build", "--quiet", "--build-arg", `BASE=${imageReference("base")}`, "--tag", image, import.meta.dirname],
        { env: { DOCKER_BUILDKIT: "1" } },
    );
}

export interface PeerAccount {
    homeserverUrl: string;
    userId: string;
    password: string;
}

/**
 * Starts the client and waits for its first sync.
 * @param store a directory that keeps its device; the same one later is the same device
 */
export async function startPeer(account: PeerAccount, store: string): Promise<LineProcess> {
    mkdirSync(store, { recursive: true });
    const user = `${process.getuid?.()}:${process.getgid?.()}`;
    const options = ["--rm", "--interactive", "--network=host", `--user=${user}`, `--volume=${store}:/store`];
    const peer = new LineProcess("docker", ["run", ...options, image]);
    peer.tell(account);
    await peer.heard("the peer's first sync", ({ event }) => event === "ready", 30_000);
    return peer;
}
