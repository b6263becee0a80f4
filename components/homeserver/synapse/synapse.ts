/** Synapse as a workload. */
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../../database/database.ts";
import type { DockerPlatform } from "../../platform/docker/docker.ts";
import type { Secrets } from "../../secrets.ts";
import type { Settings } from "../../settings/index.ts";
import type { Homeserver } from "../homeserver.ts";
import { type ApplicationService, registrationPath, registrationYaml } from "./applicationService.ts";
import { authoritiesPath } from "./federationConfig.ts";
import { clientPort, homeserverYaml, logYaml, passfile, paths } from "./synapseConfig.ts";

export interface SynapseArgs {
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The section `homeserver` of the settings. */
    settings: Settings["homeserver"];
    /** The section `federation` of the settings. */
    federation: Settings["federation"];
    /** PEM of the authorities that other servers' certificates are trusted by. Absent: the system's. */
    authorities: pulumi.Input<string> | undefined;
    /** Image reference. */
    image: string;
    /** Synapse: turn_uris */
    turnUris: string[];
    /** How to connect. */
    database: DatabaseConnection;
    /** What must be there first: the database itself. */
    databaseReady: pulumi.Resource;
    /** Application services, whose registrations it reads at its start. */
    applicationServices: ApplicationService[];
    /** User ID of who may list rooms in the directory. */
    publisher: string;
    /** Whether rooms may set how long messages are kept. */
    retention: boolean;
    /** Where its secrets come from. */
    secrets: Secrets;
    /** What runs it. */
    platform: DockerPlatform;
}

export class Synapse extends pulumi.ComponentResource implements Homeserver {
    readonly upstream = { host: "synapse", port: clientPort };
    readonly localUrl: string;
    readonly ready: pulumi.Resource;

    constructor(name: string, args: SynapseArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, database, secrets, platform } = args;
        const files = {
            [paths.config]: homeserverYaml({
                serverName: args.serverName,
                homeserver: settings,
                federation: args.federation,
                ownAuthorities: args.authorities !== undefined,
                turnUris: args.turnUris,
                database,
                applicationServices: args.applicationServices.map(({ id }) => id),
                publisher: args.publisher,
                retention: args.retention,
            }),
            [paths.logConfig]: logYaml(settings.logLevel),
            ...(args.authorities !== undefined && { [authoritiesPath]: args.authorities }),
        };
        // Inputs of the component too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:homeserver:Synapse", name, { files }, opts);
        const media = platform.volume("media", { parent: this });

        const running = platform.run(
            "synapse",
            {
                image: args.image,
                command: ["run", `--config-path=${paths.config}`, "--no-secrets-in-config"],
                user: { uid: 991, gid: 991 },
                files,
                secrets: {
                    [paths.signingKey]: secrets.signingKey,
                    [paths.databasePassfile]: database.password.apply((password) => passfile({ ...database, password })),
                    [paths.registrationSharedSecret]: secrets.registrationSharedSecret,
                    [paths.macaroonSecretKey]: secrets.macaroonSecretKey,
                    [paths.formSecret]: secrets.formSecret,
                    [paths.turnSharedSecret]: secrets.turnSharedSecret,
                    ...Object.fromEntries(args.applicationServices.map((service) => this.registration(service, args))),
                },
                volumes: [{ volume: media.name, path: paths.data }],
                ports: [{ internal: clientPort, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
                hostname: this.upstream.host,
                meets: args.federation.network === undefined ? [] : [{ network: args.federation.network, names: [] }],
                health: { command: ["curl", "-fsS", `http://localhost:${clientPort}/health`], interval: 3, retries: 5, startPeriod: 60 },
                limits: { memory: settings.memory, processes: 256 },
                stopSeconds: 30,
            },
            { parent: this, dependsOn: [args.databaseReady] },
        );

        this.localUrl = `http://127.0.0.1:${settings.port}`;
        this.ready = running.resource;
        this.registerOutputs({ localUrl: this.localUrl });
    }

    private registration(service: ApplicationService, { secrets, serverName }: SynapseArgs): [string, pulumi.Output<string>] {
        const { asToken, hsToken } = secrets.applicationService(service.id);
        const yaml = pulumi
            .all([asToken, hsToken])
            .apply(([as, hs]) => registrationYaml(service, serverName, { asToken: as, hsToken: hs }));
        return [registrationPath(service.id), yaml];
    }
}
