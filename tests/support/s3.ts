/** A real S3 store of the tests, versitygw, over TLS, on an address that containers of any network reach. */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference, root, toolsDir } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "./docker.ts";
import { Authority } from "./federation/authority.ts";

export interface S3Store {
    /** With host and port. */
    url: string;
    accessKeyId: string;
    secretAccessKey: string;
    /** PEM that its certificate is trusted by. */
    authority: string;
    /** Keys of the objects in a bucket, sorted. */
    objects(bucket: string): Promise<string[]>;
    /** Puts an object into a bucket, as somebody else would. */
    put(bucket: string, key: string, text: string): Promise<void>;
    stop(): Promise<void>;
    start(): Promise<void>;
    remove(): Promise<void>;
}

/**
 * @param buckets that are there
 * @param region that requests must be signed for
 */
export async function s3Store(name: string, port: number, buckets: readonly string[], region = "us-east-1"): Promise<S3Store> {
    const binary = await versitygw();
    const directory = join(toolsDir, "s3", name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const subnet = await docker("network", "inspect", "bridge", "--format", "{{range .IPAM.Config}}{{.Subnet}}{{end}}");
    // This machine's own address in Docker's default network.
    const host = subnet.replace(/\.0\/\d+$/, ".1");
    const ca = new Authority();
    const { cert, key } = ca.issue({ names: [host] });
    ca.remove();
    writeFileSync(join(directory, "certificate.pem"), cert);
    writeFileSync(join(directory, "key.pem"), key);
    const [accessKeyId, secretAccessKey] = ["backups", randomBytes(20).toString("hex")];
    await docker("rm", "--force", name).catch(() => undefined);
    const mounts = [`${binary}:/usr/bin/versitygw:ro`, `${directory}:/given:ro`].flatMap((mount) => ["--volume", mount]);
    const access = [
        "--env",
        `ROOT_ACCESS_KEY=${accessKeyId}`,
        "--env",
        `ROOT_SECRET_KEY=${secretAccessKey}`,
        "--env",
        `VGW_REGION=${region}`,
    ];
    const serve = `mkdir -p ${buckets.map((bucket) => `/buckets/${bucket}`).join(" ")} && exec versitygw --port :7070 --cert /given/certificate.pem --key /given/key.pem posix /buckets`;
    const place = ["--name", name, "--publish", `${host}:${port}:7070`];
    await docker("run", "--detach", ...place, ...mounts, ...access, imageReference("base"), "sh", "-c", serve);
    const answers = () =>
        eventually("the S3 store", 20_000, () => execa("curl", ["--silent", "--show-error", "--insecure", `https://${host}:${port}/`]));
    await answers();
    return {
        url: `https://${host}:${port}`,
        accessKeyId,
        secretAccessKey,
        authority: ca.root,
        async objects(bucket) {
            const found = await docker("exec", name, "find", `/buckets/${bucket}`, "-type", "f", "-printf", "%P\n");
            return found.split("\n").filter(Boolean).sort();
        },
        async put(bucket, key, text) {
            const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1"';
            await docker("exec", name, "sh", "-c", script, "put", `/buckets/${bucket}/${key}`, text);
        },
        stop: async () => void (await docker("stop", "--time", "1", name)),
        async start() {
            await docker("start", name);
            await answers();
        },
        async remove() {
            await docker("rm", "--force", name);
            rmSync(directory, { recursive: true });
        },
    };
}

/** Built from its Go module, once. */
async function versitygw(): Promise<string> {
    const output = join(toolsDir, "versitygw");
    await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", output, "github.com/versity/versitygw/cmd/versitygw"], {
        cwd: join(root, "tests/support/versitygw"),
        env: { CGO_ENABLED: "0" },
    });
    return output;
}
