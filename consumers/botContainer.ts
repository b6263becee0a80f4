/** A small program that acts as a bot, in a container of its own. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

export interface BotContainerArgs {
    /** Image with Node.js 20 or newer. Default: docker.io/library/node:22-bookworm-slim */
    image?: string;
    /** The program: the text of an ES module that needs no packages. */
    program: pulumi.Input<string>;
    /** Content of /app/settings.json. Shown in previews, so never a secret. */
    settings: pulumi.Input<Record<string, unknown>>;
    /** Content of /app/secrets.json, a file that only its user can read, such as the bot's access token. */
    secrets: pulumi.Input<Record<string, unknown>>;
    /** Ends with 0 when the program serves. Default: whether it has made the file /tmp/ready. */
    health?: string[];
    /**
     * Docker network. Default: host, so that a server on this machine's loopback, as the one of `make up` is, can be reached.
     * The program of a server with a public address runs on `bridge` as well.
     */
    network?: string;
    /** Megabytes of memory. Default: 192 */
    memory?: number;
}

/** Any user that is not root and not one of the image's. */
const user = "10001";

/** Runs the program, brings it back when it ends, and waits until it serves. A change of program, settings or secrets replaces the container. */
export class BotContainer extends pulumi.ComponentResource {
    /** Name of the container: `docker logs NAME`. */
    readonly containerName: pulumi.Output<string>;

    constructor(name: string, args: BotContainerArgs, opts?: pulumi.ComponentResourceOptions) {
        const { program, settings, image = "docker.io/library/node:22-bookworm-slim", memory = 192 } = args;
        const files = { "/app/bot.mjs": program, "/app/settings.json": pulumi.jsonStringify(settings) };
        // Inputs of the component too: the container's own list of files is masked whole for the secret in it.
        super("matrix-synapse:consumers:BotContainer", name, { files }, opts);
        const pulled = new docker.RemoteImage(name, { name: image, keepLocally: true }, { parent: this });
        const container = new docker.Container(
            name,
            {
                name: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
                image: pulled.imageId,
                entrypoints: ["node"],
                command: ["/app/bot.mjs"],
                user: `${user}:${user}`,
                uploads: [
                    ...Object.entries(files).map(([file, content]) => ({ file, content, permissions: "0444" })),
                    // A file: an environment or a label can be read by anyone who may inspect the container.
                    {
                        file: "/app/secrets.json",
                        content: pulumi.secret(pulumi.jsonStringify(args.secrets)),
                        permissions: "0400",
                        owner: user,
                        group: user,
                    },
                ],
                networkMode: args.network ?? "host",
                capabilities: { drops: ["ALL"] },
                securityOpts: ["no-new-privileges:true"],
                memory,
                memorySwap: memory,
                healthcheck: {
                    tests: ["CMD", ...(args.health ?? ["test", "-e", "/tmp/ready"])],
                    interval: "2s",
                    timeout: "5s",
                    startPeriod: "30s",
                    retries: 3,
                },
                restart: "unless-stopped",
                logDriver: "json-file",
                logOpts: { "max-size": "10m", "max-file": "3" },
                wait: true,
                waitTimeout: 60,
                destroyGraceSeconds: 10,
            },
            { parent: this, deleteBeforeReplace: true, replaceOnChanges: ["healthcheck"] },
        );
        this.containerName = container.name;
        this.registerOutputs({ containerName: this.containerName });
    }
}
