/** A real ACME server of the tests, Pebble, in a Docker network: what it issues is trusted by nobody else. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference, root, toolsDir } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "./docker.ts";
import { Authority } from "./federation/authority.ts";

export interface AcmeServer {
    /** URL of its directory, as the network's containers see it. */
    directory: string;
    /** PEM that its own TLS certificate is trusted by. */
    authority: string;
    /** PEM of the root that it issues from: another one each time it is started. */
    issuingRoot(): Promise<string>;
    stop(): Promise<void>;
    remove(): Promise<void>;
}

/** @param validSeconds how long its certificates are good for */
export async function acmeServer(name: string, network: string, validSeconds: number): Promise<AcmeServer> {
    const binary = await pebble();
    const directory = join(toolsDir, "acme", name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const ca = new Authority();
    const { cert, key } = ca.issue({ names: ["acme.test"] });
    ca.remove();
    writeFileSync(join(directory, "certificate.pem"), cert);
    writeFileSync(join(directory, "key.pem"), key);
    const config = {
        listenAddress: "0.0.0.0:14000",
        managementListenAddress: "0.0.0.0:15000",
        certificate: "/acme/certificate.pem",
        privateKey: "/acme/key.pem",
        // Where a host name is to answer, as on the internet.
        tlsPort: 443,
        httpPort: 80,
        profiles: { default: { description: "of the test", validityPeriod: validSeconds } },
    };
    writeFileSync(join(directory, "config.json"), JSON.stringify({ pebble: config }));

    await docker("rm", "--force", name).catch(() => undefined);
    const mounts = [`${binary}:/usr/bin/pebble:ro`, `${directory}:/acme:ro`].flatMap((mount) => ["--volume", mount]);
    // Without PEBBLE_VA_NOSLEEP it waits up to 15 s before it looks; without the other, it refuses 5 % of good nonces.
    const environment = ["--env", "PEBBLE_VA_NOSLEEP=1", "--env", "PEBBLE_WFE_NONCEREJECT=0"];
    const place = ["--name", name, "--network", network, "--network-alias", "acme.test"];
    const program = [imageReference("base"), "/usr/bin/pebble", "-config", "/acme/config.json"];
    await docker("run", "--detach", ...place, ...mounts, ...environment, ...program);

    const issuingRoot = () =>
        eventually("the ACME server", 20_000, async () => {
            const address = await docker("inspect", name, "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
            return (await execa("curl", ["--silent", "--show-error", "--fail", "--insecure", `https://${address}:15000/roots/0`])).stdout;
        });
    await issuingRoot();
    return {
        directory: "https://acme.test:14000/dir",
        authority: ca.root,
        issuingRoot,
        stop: async () => void (await docker("stop", "--time", "1", name)),
        async remove() {
            await docker("rm", "--force", name);
            rmSync(directory, { recursive: true });
        },
    };
}

/** Built from its Go module, once. */
async function pebble(): Promise<string> {
    const output = join(toolsDir, "bin", "pebble");
    const module = join(root, "tests/support/pebble");
    await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", output, "github.com/letsencrypt/pebble/v2/cmd/pebble"], {
        cwd: module,
        env: { CGO_ENABLED: "0" },
    });
    return output;
}
