/**
 * The plan of the house: settings → secrets → certificate → database → relay → scanner → homeserver → gateway → media → content
 * → bridges → backup → monitoring → seeds → verification → outputs.
 * Data flows in this order only; every component gets what it needs as arguments.
 * What can be known to fail on this host was looked for before: see program.ts.
 */
import * as pulumi from "@pulumi/pulumi";
import { Backup } from "./components/backup/backup.ts";
import { declareBridges } from "./components/bridges/bridges.ts";
import { Certificate } from "./components/certificate/certificate.ts";
import { Content } from "./components/content/content.ts";
import { DatabaseServer } from "./components/database/server.ts";
import { Gateway } from "./components/gateway/gateway.ts";
import { declareHomeserver } from "./components/homeserver/choose.ts";
import { MediaJob } from "./components/media/mediaJob.ts";
import { alertRoom } from "./components/monitoring/alertRoom.ts";
import { Monitoring } from "./components/monitoring/monitoring.ts";
import { DockerPlatform } from "./components/platform/docker/docker.ts";
import { Scanner } from "./components/scanner/scanner.ts";
import { Secrets } from "./components/secrets.ts";
import { Seeds } from "./components/seeds.ts";
import { unlimitedIn } from "./components/settings/accounts.ts";
import { loadSettings } from "./components/settings/index.ts";
import { Relay } from "./components/turn/relay.ts";
import { turnService } from "./components/turn/service.ts";
import { Verification } from "./components/verification.ts";

const settings = loadSettings();
const { protectData, images, monitoring } = settings;

const secrets = new Secrets("secrets", settings);
const platform = new DockerPlatform("platform", settings);
const certificate = new Certificate("certificate", {
    settings: settings.gateway,
    authorities: settings.federation.authorities,
    platform,
});
const databaseServer = new DatabaseServer("database", {
    settings: settings.database,
    protectData,
    image: images.postgres,
    superuserPassword: secrets.databaseAdminPassword,
    backups: settings.backup !== undefined,
    platform,
});
const database = databaseServer.database("synapse", { name: settings.database.name, password: secrets.databasePassword });
const relay = settings.turn.own
    ? new Relay("relay", {
          settings: settings.turn,
          serverName: settings.serverName,
          certificates: certificate.shared,
          image: images.coturn,
          sharedSecret: secrets.turnSharedSecret,
          formerSharedSecret: secrets.formerTurnSharedSecret,
          platform,
      })
    : undefined;
const turn = turnService(relay, settings.turn);
const { media } = settings.homeserver;
const scanner = media.scan && new Scanner("scanner", { settings: media.scan, maxUpload: media.maxUpload, image: images.clamav, platform });
const homeserver = declareHomeserver("homeserver", {
    serverName: settings.serverName,
    settings: settings.homeserver,
    federation: settings.federation,
    authorities: certificate.trusted,
    images,
    turn,
    database,
    connections: settings.database.connections,
    applicationServices: settings.applicationServices,
    puppetServices: settings.puppetServices,
    unlimited: unlimitedIn(settings),
    publisher: settings.administratorId,
    rooms: settings.rooms,
    scanner: scanner?.ready,
    metrics: monitoring !== undefined,
    secrets,
    platform,
});
const gateway = new Gateway("gateway", {
    serverName: settings.serverName,
    settings: settings.gateway,
    publicUrl: settings.homeserver.publicUrl,
    federation: settings.federation,
    certificate,
    relayHost: settings.turn.host,
    homeserver,
    image: images.caddy,
    metrics: monitoring !== undefined,
    platform,
});
if (media.s3)
    new MediaJob("media", {
        serverName: settings.serverName,
        store: media.s3,
        restorable: settings.backup?.keep,
        database,
        homeserver,
        image: images.synapse,
        platform,
    });
const content = new Content("content", { settings, secrets, homeserver });
const bridges = declareBridges({ settings, secrets, databaseServer, homeserver, content, platform });
const backup =
    settings.backup && secrets.backupPassword && databaseServer.superuser
        ? new Backup("backup", {
              serverName: settings.serverName,
              settings: settings.backup,
              password: secrets.backupPassword,
              formerPasswords: secrets.formerBackupPasswords,
              database: databaseServer.superuser,
              homeserver,
              images,
              platform,
          })
        : undefined;
if (monitoring && secrets.monitorPassword)
    new Monitoring("monitoring", {
        settings: monitoring,
        targets: [...homeserver.processes, gateway.running, ...bridges.map(({ running }) => running)].flatMap(
            ({ metrics }) => metrics ?? [],
        ),
        gateway: gateway.clients,
        relay: relay?.address,
        federation: settings.federation.enabled,
        backup: backup?.watched,
        database: databaseServer.monitor(secrets.monitorPassword),
        room: alertRoom(monitoring, homeserver, content),
        dashboardsPassword: secrets.dashboardsPassword,
        images,
        platform,
    });
new Seeds("seeds", { settings, homeserver, content });
new Verification(
    "verification",
    {
        settings,
        certificate,
        wellKnown: gateway.wellKnown,
        administrator: content.administrator,
        turnSharedSecret: secrets.turnSharedSecret,
        running: [...homeserver.processes, ...(relay ? [relay.running] : []), gateway.running],
    },
    { dependsOn: [gateway] },
);

/** The part of user IDs after the colon. */
export const serverName = settings.serverName;
/** URL that clients and bots connect to. */
export const clientUrl = settings.homeserver.publicUrl;
/** URL that other homeservers connect to; absent if federation is off. */
export const federationUrl = gateway.federationUrl;
/** The content of /.well-known/matrix/client, /server and /support. */
export const wellKnown = gateway.wellKnown;
/** The same as files and as configuration of other web servers, and the DNS records to create. */
export const delegation = gateway.delegation;
/** PEM of the development authority that signed the gateway's certificate; absent with other certificates. */
export const certificateAuthority = certificate.authority;
/** SHA-256 of the gateway's certificate, the first 16 hex digits; absent where it comes by ACME. */
export const certificateFingerprint = certificate.fingerprint;
/** The account that this program acts as. */
export const adminUserId = content.administrator.userId;
/** Its password. Secret. */
export const adminPassword = content.administrator.password;
/** Creates accounts while registration is closed. Secret. */
export const registrationSharedSecret = secrets.registrationSharedSecret;
/** Acts for every account of a Dendrite, as its admin API cannot; absent for Synapse. Secret. */
export const administrationToken = secrets.administration?.asToken;
/** Password of the backups' repository: keep it where the server is not. Absent where there are no backups. Secret. */
export const backupPassword = secrets.backupPassword;
/** Password of Grafana's account `admin`. Absent where there is no Grafana. Secret. */
export const dashboardsPassword = secrets.dashboardsPassword;
/** Addresses of the relay, as clients get them; none where no relay is offered. */
export const turnUris = turn.uris;
/** The homeserver's database, with its password, as seen from the Docker host. Secret. */
export const databaseUrl = database.url;
/** Key → user ID and first password of the people declared, the administrator left out; empty for an account that was there before. Secret. */
export const users = pulumi.secret(content.users);
/** Key → user ID, access token and the device it belongs to. Secret. */
export const bots = pulumi.secret(content.bots);
/** Alias → room ID, spaces included. */
export const rooms = pulumi.output(content.rooms);
