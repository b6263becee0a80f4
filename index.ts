/**
 * The plan of the house: settings → secrets → certificate → database → relay → homeserver → gateway → content → outputs.
 * Data flows in this order only; every component gets what it needs as arguments.
 * What can be known to fail on this host was looked for before: see program.js.
 */
import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "./components/certificate/certificate.ts";
import { Content } from "./components/content/content.ts";
import { Database } from "./components/database/database.ts";
import { Gateway } from "./components/gateway/gateway.ts";
import { Synapse } from "./components/homeserver/synapse/synapse.ts";
import { DockerPlatform } from "./components/platform/docker/docker.ts";
import { Keeper } from "./components/platform/docker/keeper.ts";
import { Secrets } from "./components/secrets.ts";
import { certificateHosts } from "./components/settings/delegation.ts";
import { applicationServicesIn, loadSettings, userIdOf } from "./components/settings/index.ts";
import { Turn } from "./components/turn/turn.ts";

const settings = loadSettings();
const { protectData, images } = settings;

const applicationServices = applicationServicesIn(settings);
const secrets = new Secrets("secrets", { protectData, applicationServices: applicationServices.map(({ id }) => id) });
const platform = new DockerPlatform("platform", { protectData });
if (settings.keeper) new Keeper("keeper", { image: images.synapse, platform });

const hosts = certificateHosts(settings);
const certificate = new Certificate("certificate", { settings: settings.gateway, hosts, platform });
const authorities = [certificate.authority, ...settings.federation.authorities].filter((pem) => pem !== undefined);
const database = new Database("database", { settings: settings.database, protectData, image: images.postgres, secrets, platform });
const turn = new Turn("turn", {
    settings: settings.turn,
    host: settings.gateway.host,
    certificates: certificate.volume,
    image: images.coturn,
    secrets,
    platform,
});
const homeserver = new Synapse("homeserver", {
    serverName: settings.serverName,
    settings: settings.homeserver,
    federation: settings.federation,
    authorities: authorities.length > 0 ? pulumi.concat(...authorities.flatMap((pem) => [pem, "\n"])) : undefined,
    image: images.synapse,
    turnUris: turn.uris,
    database: database.connection,
    databaseReady: database.ready,
    applicationServices,
    publisher: userIdOf(settings, settings.administrator),
    retention: Object.values(settings.rooms).some((room) => room.retention !== undefined),
    secrets,
    platform,
});
const gateway = new Gateway("gateway", {
    serverName: settings.serverName,
    settings: settings.gateway,
    publicUrl: settings.homeserver.publicUrl,
    federation: settings.federation,
    hosts,
    certificate,
    homeserver,
    image: images.caddy,
    platform,
});
const content = new Content("content", { settings, secrets, homeserver, data: database.data });

/** The part of user IDs after the colon. */
export const serverName = settings.serverName;
/** What clients and bots connect to. */
export const clientUrl = settings.homeserver.publicUrl;
/** What other homeservers connect to; absent where federation is off. */
export const federationUrl = settings.federation.enabled ? gateway.federationUrl : undefined;
/** The content of /.well-known/matrix/client, /server and /support. */
export const wellKnown = gateway.wellKnown;
/** The same as files and as configuration of other web servers, and what the DNS is to have. */
export const delegation = gateway.delegation;
/** PEM of the development authority behind the gateway's certificate; absent where the certificate is another's. */
export const certificateAuthority = certificate.authority;
/** The account that this program acts as. */
export const adminUserId = content.administrator.userId;
/** Its password. Secret. */
export const adminPassword = content.administrator.password;
/** With it, accounts can be made while registration is closed. Secret. */
export const registrationSharedSecret = secrets.registrationSharedSecret;
/** What clients get as their relay. */
export const turnUris = turn.uris;
/** The homeserver's database, with its password, as seen from the Docker host. Secret. */
export const databaseUrl = database.url;
/** Key → user ID and first password of the people declared, the administrator left out; empty for an account that was there before. Secret. */
export const users = pulumi.secret(content.users);
/** Key → user ID, access token and the device it belongs to. Secret. */
export const bots = pulumi.secret(content.bots);
/** Alias → room ID, spaces included. */
export const rooms = pulumi.output(content.rooms);
