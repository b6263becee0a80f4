/** One bridge: its configuration, and the program that runs with it. */
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database/database.ts";
import { registrationYaml } from "../homeserver/applicationService.ts";
import type { Running, Platform as RunsOn } from "../platform/platform.ts";
import type { ApplicationServiceTokens } from "../secrets.ts";
import type { ApplicationServiceSettings } from "../settings/accounts.ts";
import { withoutSecrets } from "../settings/withoutSecrets.ts";
import { type BridgeFacts, type BridgeKind, databaseAuthority } from "./kind.ts";
import type { BridgeName, Platform } from "./platforms.ts";

export interface BridgeArgs<P extends Platform> {
    kind: BridgeKind<P>;
    /** What its configuration is made of, but for rooms and secrets. */
    facts: Omit<BridgeFacts<P>, "channels" | "database" | "secrets">;
    /** Channels, each with the ID of its room. */
    channels: { roomId: pulumi.Output<string>; channel: string; network: string }[];
    /** Token of its account. Secret. */
    accessToken: pulumi.Output<string>;
    /** Its registration, where it is an application service. */
    registered?: { service: ApplicationServiceSettings; tokens: ApplicationServiceTokens };
    /** Token that acts as its users' accounts, where it may. Secret. */
    puppetToken?: pulumi.Output<string>;
    /** What is generated for it besides, by name. Secret. */
    generated: Record<string, pulumi.Output<string>>;
    /** Where it keeps what it knows, if in a database. */
    database?: Database;
    /** Image reference. */
    image: string;
    /** Image reference of what stands between it and the homeserver. */
    courierImage: string;
    /** Limit, in megabytes. */
    memory: number;
    /** Whether its metrics are collected. */
    metrics: boolean;
    /** Dependencies: its account, and the rooms that it serves. */
    after: pulumi.Resource[];
    /** What runs it. */
    platform: RunsOn;
}

const user = { uid: 991, gid: 991 };
const placeholder = "[secret]";

export class Bridge<P extends Platform> extends pulumi.ComponentResource {
    readonly running: Running;

    /** @param name see {@link bridgeName}: in the stack's network it is found by this */
    constructor(name: BridgeName, args: BridgeArgs<P>, opts?: pulumi.ComponentResourceOptions) {
        const { kind, platform } = args;
        const { password: _, ...database } = args.database?.connection ?? {};
        const facts = { ...args.facts, ...(args.database && { database: database as BridgeFacts<P>["database"] }) };
        const channels = pulumi.all(args.channels.map(({ roomId, ...end }) => roomId.apply((id) => ({ roomId: id, ...end }))));
        const { courier } = kind;
        // An input of the component, so that a preview shows which line changes: see Workload.files.
        const shown = { ...facts, settings: withoutSecrets(facts.settings), secrets: placeholders(args) };
        const readable = Object.fromEntries(
            Object.entries({ ...courier?.configuration, ...kind.configuration }).map(([path, render]) => [
                path,
                channels.apply((known) => render({ ...shown, channels: known })),
            ]),
        );
        super("matrix-synapse:bridges:Bridge", name, { configuration: readable }, opts);
        const known = pulumi.all([channels, secretsOf(args)]);
        const secretFiles = (configuration: BridgeKind<P>["configuration"]) =>
            Object.fromEntries(
                Object.entries(configuration).map(([path, render]) => [
                    path,
                    known.apply(([ends, secrets]) => render({ ...facts, channels: ends, secrets })),
                ]),
            );
        // What has yet to be delivered goes with the bridge.
        const volume = (of: string, path: string | undefined) =>
            path === undefined ? [] : [{ volume: platform.volume(`${of}-data`, { parent: this, protect: false }), path }];
        const before = courier && [
            platform.run(
                courier.name,
                {
                    image: args.courierImage,
                    entrypoint: courier.entrypoint,
                    command: courier.command,
                    user,
                    files: courier.programs,
                    secrets: secretFiles(courier.configuration),
                    volumes: volume(courier.name, courier.data),
                    health: courier.health,
                    limits: { memory: courier.memory },
                    stopSeconds: 5,
                },
                { parent: this, dependsOn: args.after },
            ).ready,
        ];
        this.running = platform.run(
            name,
            {
                image: args.image,
                entrypoint: kind.entrypoint,
                command: kind.command,
                user,
                files: {
                    ...kind.programs,
                    ...(facts.database?.authority !== undefined && { [databaseAuthority]: facts.database.authority }),
                },
                secrets: secretFiles(kind.configuration),
                volumes: volume(name, kind.data),
                health: kind.health,
                ...(args.metrics && kind.metrics && { metrics: kind.metrics }),
                limits: { memory: args.memory },
                stopSeconds: kind.stopSeconds,
            },
            { parent: this, dependsOn: [...(before ?? args.after), ...(args.database ? [args.database.ready] : [])] },
        );
        this.registerOutputs({});
    }
}

/** What stands in the place of each secret in a configuration that people may read. */
function placeholders<P extends Platform>({ generated, puppetToken }: BridgeArgs<P>): BridgeFacts<P>["secrets"] {
    return {
        accessToken: placeholder,
        hsToken: placeholder,
        registration: placeholder,
        puppetToken: puppetToken === undefined ? "" : placeholder,
        generated: Object.fromEntries(Object.keys(generated).map((name) => [name, placeholder])),
    };
}

/** Of a bridge that is no application service, what only one has is empty. */
function secretsOf<P extends Platform>(args: BridgeArgs<P>): pulumi.Output<BridgeFacts<P>["secrets"]> {
    const { registered, facts } = args;
    const own = pulumi
        .all([args.accessToken, args.puppetToken ?? "", pulumi.all(args.generated)])
        .apply(([accessToken, puppetToken, generated]) => ({ accessToken, puppetToken, generated }));
    if (!registered) return own.apply((known) => ({ ...known, hsToken: "", registration: "" }));
    const { service, tokens } = registered;
    return pulumi.all([own, tokens.asToken, tokens.hsToken]).apply(([known, asToken, hsToken]) => ({
        ...known,
        hsToken,
        registration: registrationYaml(service, facts.serverName, { asToken, hsToken }),
    }));
}
