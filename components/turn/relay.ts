/** coturn, the relay that calls go through where two clients cannot reach each other. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { certificateFiles } from "../certificate/files.ts";
import type { Address, Platform, Running, Volume } from "../platform/platform.ts";
import { doubtInTurn } from "../settings/checks/turn.ts";
import type { Settings } from "../settings/index.ts";
import { coturnOptions, publishedPorts, turnUris } from "./coturnOptions.ts";
import type { TurnService } from "./service.ts";

export interface RelayArgs {
    /** The section `turn` of the settings. */
    settings: Settings["turn"];
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The volume with the served certificate: see certificateFiles. It may be empty at first; what comes is taken while calls run. */
    certificates: Volume;
    /** Image reference. */
    image: string;
    /** Signs the credentials of clients (Synapse: turn_shared_secret). Secret. */
    sharedSecret: pulumi.Output<string>;
    /** The one before, if it was rotated: clients still have credentials that it signed. Secret. */
    formerSharedSecret?: pulumi.Output<string>;
    /** Platform that runs the relay. */
    platform: Platform;
}

const secretFile = "/etc/coturn/turnserver.conf";
const script = "/coturn.sh";

export class Relay extends pulumi.ComponentResource {
    /** What Synapse hands to clients. */
    readonly service: TurnService;
    readonly running: Running;
    /** How a workload of the stack reaches it, by UDP. */
    readonly address: Address;

    constructor(name: string, args: RelayArgs, opts?: pulumi.ComponentResourceOptions) {
        const former = { name: "turn", type: "matrix-synapse:index:Turn" };
        super("matrix-synapse:turn:Relay", name, {}, { aliases: [former], ...opts });
        const { settings } = args;
        const { host } = settings;
        this.service = { uris: turnUris(host, settings), sharedSecret: args.sharedSecret };
        const doubt = doubtInTurn(args.serverName, settings.externalAddress);
        if (doubt) void pulumi.log.warn(doubt, this);
        this.running = args.platform.run(
            name,
            {
                image: args.image,
                entrypoint: ["bash"],
                // What is no secret stands here, where a preview shows it; the file holds the shared secret alone.
                command: [script, certificateFiles.served, "-c", secretFile, ...coturnOptions(settings, host)],
                // As the gateway, whose private key only its own user may read.
                user: certificateFiles.user,
                files: { [script]: readFileSync(new URL("coturn.sh", import.meta.url), "utf8") },
                secrets: { [secretFile]: pulumi.all([args.sharedSecret, args.formerSharedSecret]).apply(acceptedSecrets) },
                // It faces the internet and parses what comes from there: it must not be able to change what the gateway serves.
                volumes: [{ volume: args.certificates, path: certificateFiles.shared, readOnly: true }],
                ports: publishedPorts(settings),
                // The image's binary carries this file capability, and cannot even be started where the container is not granted it.
                capabilities: ["NET_BIND_SERVICE"],
                health: { command: ["turnutils_stunclient", "-p", `${settings.port}`, "127.0.0.1"], startSeconds: 30 },
                limits: { memory: 256 },
                stopSeconds: 5,
            },
            { parent: this },
        );
        this.address = this.running.address(settings.port);
        this.registerOutputs({ uris: this.service.uris });
    }
}

/** coturn accepts credentials signed by any of them. */
function acceptedSecrets(secrets: (string | undefined)[]): string {
    return secrets.flatMap((secret) => (secret === undefined ? [] : `static-auth-secret=${secret}\n`)).join("");
}
