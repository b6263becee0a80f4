/** coturn, the relay that calls go through where two clients cannot reach each other. */
import * as pulumi from "@pulumi/pulumi";
import type { DockerPlatform } from "./platform/docker.ts";
import type { Port } from "./platform/workload.ts";
import type { Secrets } from "./secrets.ts";
import type { Settings } from "./settings/index.ts";

export interface TurnArgs {
    /** The section `turn` of the settings. */
    settings: Settings["turn"];
    /** Host name that clients find the relay under; the realm as well. */
    host: string;
    /** Image reference. */
    image: string;
    /** Where its secrets come from. */
    secrets: Secrets;
    /** What runs it. */
    platform: DockerPlatform;
}

const secretFile = "/etc/coturn/turnserver.conf";

export class Turn extends pulumi.ComponentResource {
    /** What Synapse hands to clients (Synapse: turn_uris). */
    readonly uris: string[];

    constructor(name: string, args: TurnArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Turn", name, {}, opts);
        const { settings, host } = args;
        this.uris = turnUris(host, settings.port);

        args.platform.run(
            "coturn",
            {
                image: args.image,
                // What is no secret stands here, where a preview shows it; the file holds the shared secret alone.
                command: ["-c", secretFile, ...turnOptions(settings, host)],
                user: { uid: 65534, gid: 65534 },
                secrets: { [secretFile]: pulumi.interpolate`static-auth-secret=${args.secrets.turnSharedSecret}\n` },
                ports: publishedPorts(settings),
                hostname: "coturn",
                // The image's binary carries this file capability, and cannot even be started where the container is not granted it.
                capabilities: ["NET_BIND_SERVICE"],
                health: {
                    command: ["turnutils_stunclient", "-p", `${settings.port}`, "127.0.0.1"],
                    interval: 5,
                    retries: 3,
                    startPeriod: 30,
                },
                limits: { memory: 256, processes: 128 },
                // As process 1 it ignores the stop signal, and it has nothing to put away.
                stopSeconds: 1,
            },
            { parent: this },
        );
        this.registerOutputs({ uris: this.uris });
    }
}

/** Both transports; UDP first, clients try in this order. */
export function turnUris(host: string, port: number): string[] {
    return ["udp", "tcp"].map((transport) => `turn:${host}:${port}?transport=${transport}`);
}

/** Source: https://github.com/coturn/coturn/blob/master/README.turnserver */
export function turnOptions(settings: Settings["turn"], realm: string): string[] {
    return [
        "--use-auth-secret",
        `--realm=${realm}`,
        `--listening-port=${settings.port}`,
        `--min-port=${settings.relayPorts.min}`,
        `--max-port=${settings.relayPorts.max}`,
        ...(settings.externalAddress ? [`--external-ip=${settings.externalAddress}`] : []),
        "--fingerprint",
        "--no-cli",
        "--no-tls",
        "--no-dtls",
        "--no-multicast-peers",
        // A relay into private networks would be a way round every firewall.
        ...deniedPeers.map((range) => `--denied-peer-ip=${range}`),
        "--user-quota=12",
        "--total-quota=1200",
        "--log-file=stdout",
        "--simple-log",
        "--pidfile=/tmp/turnserver.pid",
    ];
}

const deniedPeers = [
    "0.0.0.0-0.255.255.255",
    "10.0.0.0-10.255.255.255",
    "100.64.0.0-100.127.255.255",
    "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255",
    "172.16.0.0-172.31.255.255",
    "192.0.0.0-192.0.0.255",
    "192.168.0.0-192.168.255.255",
    "198.18.0.0-198.19.255.255",
    "::1",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

function publishedPorts({ port, relayPorts, bind }: Settings["turn"]): Port[] {
    const publish = (number: number, protocol: Port["protocol"]): Port => ({ internal: number, external: number, protocol, bind });
    const relays = Array.from({ length: relayPorts.max - relayPorts.min + 1 }, (_, offset) => publish(relayPorts.min + offset, "udp"));
    return [publish(port, "udp"), publish(port, "tcp"), ...relays];
}
