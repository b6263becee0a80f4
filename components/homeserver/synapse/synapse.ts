/** Synapse, the homeserver. */
import * as pulumi from "@pulumi/pulumi";
import { passfile } from "../../database/passfile.ts";
import { storePaths } from "../../media/store.ts";
import type { Running, Volume } from "../../platform/platform.ts";
import { s3Credentials } from "../../s3Credentials.ts";
import type { Secrets } from "../../secrets.ts";
import type { Homeserver, HomeserverArgs, Route } from "../homeserver.ts";
import { registrationFiles, registrationIds } from "../registrationFiles.ts";
import { authorityPath } from "./federationConfig.ts";
import { moduleFiles, modulesEnvironment } from "./ownModules.ts";
import { synapseProcess } from "./process.ts";
import { proxyPath, proxyYaml } from "./proxyConfig.ts";
import { synapseRoutes } from "./routes.ts";
import { clientPort, homeserverYaml, logYaml, oldSigningKeysYaml, paths, turnLoginYaml } from "./synapseConfig.ts";

export interface SynapseArgs extends HomeserverArgs {
    /** Image reference. */
    image: string;
    /** Its own secrets, and the tokens of its application services. */
    secrets: Pick<
        Secrets,
        "signingKey" | "retiredSigningKeys" | "registrationSharedSecret" | "macaroonSecretKey" | "formSecret" | "applicationService"
    >;
}

export class Synapse extends pulumi.ComponentResource implements Homeserver {
    readonly routes: Route[];
    readonly administrationUrl: string;
    readonly ready: pulumi.Resource;
    readonly data: pulumi.Resource;
    readonly media: Volume;
    readonly processes: Running[];

    constructor(name: string, args: SynapseArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, federation, database, platform } = args;
        // In a network that is not the stack's own it does not listen: there anyone could claim any address to it. By this name the
        // stack's own network alone knows it.
        const listen = federation.network === undefined ? ["0.0.0.0"] : [name, "127.0.0.1"];
        const yaml = homeserverYaml({
            serverName: args.serverName,
            homeserver: settings,
            federation,
            listen,
            authorities: args.authorities.length,
            turnUris: args.turn.uris,
            turnSigned: args.turn.sharedSecret !== undefined,
            database: database.connection,
            connections: args.connections,
            applicationServices: registrationIds(args),
            servicesEncrypt: args.applicationServices.some(({ encrypts }) => encrypts),
            applicationServiceUrls: args.applicationServices.flatMap(({ url }) => url ?? []),
            publisher: args.publisher,
            retention: Object.values(args.rooms).some((room) => room.retention !== undefined),
            metrics: args.metrics,
        });
        const configuration = { [paths.config]: yaml.readable };
        const files = {
            [paths.logConfig]: logYaml(settings.logLevel),
            ...Object.fromEntries(args.authorities.map((pem, index) => [authorityPath(index), pem])),
            ...(database.connection.authority !== undefined && { [paths.databaseAuthority]: database.connection.authority }),
            ...moduleFiles(settings.media),
        };
        // Inputs of the component too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:homeserver:Synapse", name, { files: { ...configuration, ...files } }, opts);
        this.media = platform.volume(`${name}-media`, { parent: this });
        const main = platform.run(
            name,
            {
                ...synapseProcess({
                    image: args.image,
                    configuration,
                    secretConfiguration: [
                        ...(args.secrets.retiredSigningKeys.length > 0 ? [paths.retiredSigningKeys] : []),
                        ...(args.turn.login ? [paths.turnLogin] : []),
                        ...(settings.proxy?.password ? [proxyPath] : []),
                        ...(yaml.secret === undefined ? [] : [paths.secretOptions]),
                    ],
                    // What the gateway uses, so that it is unhealthy where Docker gave the container another address.
                    host: federation.network === undefined ? "localhost" : name,
                    files,
                    secrets: {
                        ...secretFiles(args),
                        ...(yaml.secret !== undefined && { [paths.secretOptions]: pulumi.secret(yaml.secret) }),
                    },
                    environment: modulesEnvironment(settings.media),
                    memory: settings.memory,
                    startSeconds: settings.startSeconds,
                    metrics: args.metrics,
                }),
                volumes: [{ volume: this.media, path: paths.data }],
                ports: [{ internal: clientPort, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
                joins: federation.network === undefined ? [] : [{ network: federation.network, aliases: [] }],
            },
            { parent: this, dependsOn: [database.ready, ...(args.scanner ? [args.scanner] : [])] },
        );

        const { host, port } = main.localAddress(clientPort);
        this.administrationUrl = `http://${host}:${port}`;
        this.routes = synapseRoutes(main.address(clientPort), federation.enabled);
        this.ready = main.ready;
        this.data = database.data ?? this.media.resource;
        this.processes = [main];
        this.registerOutputs({ administrationUrl: this.administrationUrl });
    }
}

/** By path. */
function secretFiles(args: SynapseArgs): Record<string, pulumi.Output<string>> {
    const { secrets, settings, turn } = args;
    const { connection } = args.database;
    const { proxy } = settings;
    return {
        [settings.signingKey ? paths.givenSigningKey : paths.signingKey]: secrets.signingKey,
        ...(secrets.retiredSigningKeys.length > 0 && {
            [paths.retiredSigningKeys]: pulumi
                .all(secrets.retiredSigningKeys)
                .apply((retired) => oldSigningKeysYaml(settings.oldSigningKeys, retired)),
        }),
        [paths.databasePassfile]: connection.password.apply((password) => passfile({ ...connection, password })),
        [paths.registrationSharedSecret]: secrets.registrationSharedSecret,
        [paths.macaroonSecretKey]: secrets.macaroonSecretKey,
        [paths.formSecret]: secrets.formSecret,
        ...(turn.sharedSecret && { [paths.turnSharedSecret]: turn.sharedSecret }),
        ...(turn.login && { [paths.turnLogin]: pulumi.output(turn.login).apply(turnLoginYaml) }),
        ...(settings.media.s3 && { [storePaths.credentials]: s3Credentials(settings.media.s3) }),
        ...(proxy?.password && { [proxyPath]: proxy.password.apply((password) => proxyYaml(proxy, password)) }),
        ...registrationFiles(args),
    };
}
