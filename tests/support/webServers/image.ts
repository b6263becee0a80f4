/** An image with the web servers and proxies that an operator may have already. */
import { execa } from "execa";
import { imageReference, root } from "../../../scripts/project/checkout.ts";
import { buildClient } from "../../../scripts/setup/builder.ts";

const image = "matrix-synapse/test-web-servers";

/** Builds it; the result is its name. */
export async function webServers(): Promise<string> {
    const options = ["--quiet", "--build-arg", `BASE=${imageReference("base")}`, "--tag", image, `${root}/tests/support/webServers`];
    await execa(await buildClient(), ["build", ...options], { env: { DOCKER_BUILDKIT: "1" } });
    return image;
}
