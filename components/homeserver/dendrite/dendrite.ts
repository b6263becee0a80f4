/** Dendrite, the homeserver for small machines: one process, with its queue in a directory of its own. */
import * as pulumi from "@pulumi/pulumi";
import { passfile } from "../../database/passfile.ts";
import type { Running, Volume } from "../../platform/platform.ts";
import type { ApplicationServiceTokens, Secrets } from "../../secrets.ts";
import { registrationPath } from "../applicationService.ts";
import type { Homeserver, HomeserverArgs, Route } from "../homeserver.ts";
import { registration, registrationFiles, registrationIds } from "../registrationFiles.ts";
import { administrationId, administrationYaml } from "./administrationService.ts";
import { dendriteYaml, readableYaml } from "./dendriteConfig.ts";
import { clientPort, metricsPath, paths } from "./paths.ts";
import { dendriteRoutes } from "./routes.ts";
import { signingKeyPem } from "./signingKey.ts";

export interface DendriteArgs extends Omit<HomeserverArgs, "publisher" | "rooms" | "scanner"> {
    /** Image reference. */
    image: string;
    /** User IDs that no rate limit is for, beside server admins and application services. */
    unlimited: string[];
    /** Its own secrets, and the tokens of its application services. */
    secrets: Pick<
        Secrets,
        | "signingKey"
        | "retiredSigningKeys"
        | "registrationSharedSecret"
        | "applicationService"
        | "administration"
        | "knownAdministrationToken"
    >;
}

export class Dendrite extends pulumi.ComponentResource implements Homeserver {
    readonly routes: Route[];
    readonly administrationUrl: string;
    readonly administrationToken: pulumi.Output<string>;
    readonly ready: pulumi.Resource;
    readonly data: pulumi.Resource;
    readonly media: Volume;
    readonly processes: Running[];

    constructor(name: string, args: DendriteArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, federation, database, platform, turn, secrets } = args;
        const { administration, knownAdministrationToken } = secrets;
        if (!administration || !knownAdministrationToken) throw new Error("no tokens were generated to administer Dendrite by");
        const config = {
            serverName: args.serverName,
            homeserver: settings,
            federation: federation.enabled,
            database: database.connection,
            connections: args.connections,
            turnUris: turn.uris,
            applicationServices: [...registrationIds(args), administrationId],
            unlimited: args.unlimited,
            metrics: args.metrics,
        };
        const { authority } = database.connection;
        const files = {
            ...(args.authorities.length > 0 && { [paths.authorities]: pulumi.all(args.authorities).apply((pems) => pems.join("")) }),
            ...(authority !== undefined && { [paths.databaseAuthority]: authority }),
        };
        const readable = readableYaml(config, { turnSharedSecret: turn.sharedSecret, turnLogin: turn.login });
        // Inputs of the component, so that a preview shows which line changes: see Workload.files. The file itself is a secret.
        super("matrix-synapse:homeserver:Dendrite", name, { files: { [paths.config]: readable, ...files } }, opts);
        this.media = platform.volume(`${name}-media`, { parent: this });
        // What was accepted, and is on its way to the database and to other servers, is in it.
        const jetstream = platform.volume(`${name}-jetstream`, { parent: this });
        // In a network that is not the stack's own it does not listen: there anyone could claim any address to it.
        const host = federation.network === undefined ? "localhost" : name;
        const main = platform.run(
            name,
            {
                image: args.image,
                command: [
                    "-config",
                    paths.config,
                    "-http-bind-address",
                    `${federation.network === undefined ? "0.0.0.0" : name}:${clientPort}`,
                ],
                user: { uid: 991, gid: 991 },
                environment: {
                    PGPASSFILE: paths.databasePassfile,
                    // So that its garbage collector works before the kernel does.
                    GOMEMLIMIT: `${Math.floor(settings.memory * 0.9)}MiB`,
                    ...(args.authorities.length > 0 && { SSL_CERT_FILE: paths.authorities, SSL_CERT_DIR: paths.noAuthorities }),
                },
                files,
                secrets: {
                    [paths.config]: pulumi
                        .all([
                            secrets.registrationSharedSecret,
                            turn.sharedSecret,
                            turn.login && pulumi.output(turn.login),
                            pulumi.all(secrets.retiredSigningKeys),
                        ])
                        .apply(([registrationSharedSecret, turnSharedSecret, turnLogin, retiredSigningKeys]) =>
                            dendriteYaml(config, { registrationSharedSecret, turnSharedSecret, turnLogin, retiredSigningKeys }),
                        ),
                    ...secretFiles(args, administration),
                },
                volumes: [
                    { volume: this.media, path: paths.data },
                    { volume: jetstream, path: paths.jetstream },
                ],
                ports: [{ internal: clientPort, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
                joins: federation.network === undefined ? [] : [{ network: federation.network, aliases: [] }],
                health: {
                    command: ["curl", "-fsS", `http://${host}:${clientPort}/_dendrite/monitor/health`],
                    startSeconds: 60,
                    waitSeconds: settings.startSeconds,
                },
                ...(args.metrics && { metrics: { port: clientPort, path: metricsPath } }),
                limits: { memory: settings.memory },
                stopSeconds: 30,
            },
            { parent: this, dependsOn: [database.ready] },
        );

        const published = main.localAddress(clientPort);
        this.administrationUrl = `http://${published.host}:${published.port}`;
        this.administrationToken = knownAdministrationToken;
        this.routes = dendriteRoutes(main.address(clientPort), federation);
        this.ready = main.ready;
        this.data = database.data ?? this.media.resource;
        this.processes = [main];
        this.registerOutputs({ administrationUrl: this.administrationUrl });
    }
}

/** By path. */
function secretFiles(args: DendriteArgs, administration: ApplicationServiceTokens): Record<string, pulumi.Output<string>> {
    const { secrets, settings, serverName } = args;
    const { connection } = args.database;
    return {
        [settings.signingKey ? paths.givenSigningKey : paths.signingKey]: secrets.signingKey.apply(signingKeyPem),
        [paths.databasePassfile]: connection.password.apply((password) => passfile({ ...connection, password })),
        [registrationPath(administrationId)]: registration(administration, (tokens) => administrationYaml(serverName, tokens)),
        ...registrationFiles(args),
    };
}
