/** A name server with SRV records in a Docker network, for containers that are pointed at it. */
import { execa } from "execa";
import { imageReference } from "../../../scripts/project/checkout.ts";
import { buildClient } from "../../../scripts/setup/builder.ts";
import { docker } from "../docker.ts";

const image = "matrix-synapse/test-dns";

export interface NameServer {
    /** What it was asked and what it answered. */
    log(): Promise<string>;
    /** Makes a running container ask it: the container must be in one of its networks. */
    serve(container: string): Promise<void>;
    stop(): Promise<void>;
}

/**
 * It leads the domain itself nowhere (to the name server, which listens at no other port); what it does not know it asks Docker.
 * @param records lines of a zone file with one SRV record each
 * @param networks the first is where it has its address
 */
export async function nameServer(
    name: string,
    domain: string,
    records: string[],
    networks: string[],
    address: string,
): Promise<NameServer> {
    await execa(
        await buildClient(),
        ["build", "--quiet", "--build-arg", `BASE=${imageReference("base")}`, "--tag", image, import.meta.dirname],
        { env: { DOCKER_BUILDKIT: "1" } },
    );
    const services = records.map((record) => {
        const [service, , , , priority, weight, port, target] = record.split(" ").map((field) => field.replace(/\.$/, ""));
        return `--srv-host=${service},${target},${port},${priority},${weight}`;
    });
    const place = ["--name", name, "--network", networks[0] as string, "--ip", address];
    await docker("run", "--detach", ...place, image, `--host-record=${domain},${address}`, ...services);
    for (const network of networks.slice(1)) await docker("network", "connect", network, name);
    return {
        log: async () => (await execa("docker", ["logs", name], { all: true })).all,
        serve: async (container) => {
            await docker("exec", "--user", "root", container, "sh", "-c", `echo nameserver ${address} > /etc/resolv.conf`);
        },
        stop: async () => {
            await execa("docker", ["rm", "--force", name], { reject: false });
        },
    };
}
