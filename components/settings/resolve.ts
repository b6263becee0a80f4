/** Settings with what depends on other settings filled in, and secrets as secret outputs. */
import * as pulumi from "@pulumi/pulumi";
import { type PublicSigningKey, publicPart } from "../../matrix/signingKey.ts";
import { databasePort } from "../parts.ts";
import { type ApplicationServiceSettings, applicationServicesIn, type PuppetService, puppetServicesIn, userIdOf } from "./accounts.ts";
import { announcedPorts, certificateHosts, delegationOf, gatewayHost } from "./delegation.ts";
import { type MonitoringSettings, monitoringSettings } from "./monitored.ts";
import { own } from "./own.ts";
import { type TurnSettings, turnSettings } from "./relay.ts";
import type { ParsedSettings } from "./schema/index.ts";
import type { SecretPath } from "./secretPaths.ts";

/** The way out, without its password. */
type OutboundProxy = Omit<NonNullable<ParsedSettings["homeserver"]["proxy"]>, "password">;

/** What components get: every default filled in, derived values resolved, secrets as secret outputs. */
export type Settings = Omit<
    ParsedSettings,
    "backup" | "database" | "homeserver" | "gateway" | "federation" | "monitoring" | "turn" | "keeper"
> & {
    /** User ID of the administrator. */
    administratorId: string;
    /** Settings that the stack's file keeps encrypted; those of users, bots, rooms and spaces stay secret in the state. */
    secretPaths?: SecretPath[];
    /** The bots that are application services. */
    applicationServices: ApplicationServiceSettings[];
    /** Registrations with which bridges act as their users' own accounts. */
    puppetServices: PuppetService[];
    homeserver: Omit<ParsedSettings["homeserver"], "signingKey" | "proxy" | "media"> & {
        media: Omit<ParsedSettings["homeserver"]["media"], "s3"> & {
            s3?: Omit<NonNullable<ParsedSettings["homeserver"]["media"]["s3"]>, "secretAccessKey"> & {
                secretAccessKey: pulumi.Output<string>;
            };
        };
        publicUrl: string;
        /** Aliases in full. */
        autoJoinRooms: string[];
        signingKey?: PublicSigningKey & { line: pulumi.Output<string> };
        proxy?: OutboundProxy & { password?: pulumi.Output<string> };
    };
    gateway: Omit<ParsedSettings["gateway"], "certificate" | "authority" | "announced"> & {
        host: string;
        /** Ports that clients and other servers connect to. */
        announced: { httpsPort: number; federationPort: number };
        /** Host names that the certificate must be for; the first is the gateway's own. */
        hosts: string[];
        certificate?: { chain: string; key: pulumi.Output<string> };
        authority?: { certificate: string; key: pulumi.Output<string> };
    };
    federation: ParsedSettings["federation"] & { delegation: "wellKnown" | "srv" | "none" };
    turn: TurnSettings;
    /** Absent where no backups are made. */
    backup?: Omit<ParsedSettings["backup"], "s3" | "repository"> & {
        repository: string;
        s3?: Omit<NonNullable<ParsedSettings["backup"]["s3"]>, "secretAccessKey"> & { secretAccessKey: pulumi.Output<string> };
    };
    /** Absent where nothing is monitored. */
    monitoring?: MonitoringSettings;
    database: Omit<ParsedSettings["database"], "adminPassword" | "password"> & {
        port: number;
        adminPassword?: pulumi.Output<string>;
        password?: pulumi.Output<string>;
    };
};

const defaultPorts = { existingDatabase: 5432, ownDatabase: databasePort };

/** Fills in what depends on other settings. */
export function resolve({ keeper: _, ...settings }: ParsedSettings): Settings {
    const { adminPassword, password, ...database } = settings.database;
    const { certificate, authority, ...gateway } = settings.gateway;
    const { s3, repository, ...backup } = settings.backup;
    const { signingKey, proxy, media, ...homeserver } = settings.homeserver;
    const { publishers, aliasCreators } = homeserver.roomDirectory;
    const host = gatewayHost(settings);
    return {
        ...settings,
        administratorId: userIdOf(settings, settings.administrator),
        applicationServices: applicationServicesIn(settings),
        puppetServices: puppetServicesIn(settings),
        users: {
            ...settings.users,
            [settings.administrator]: {
                deactivated: false,
                onDelete: "deactivate",
                ...own(settings.users, settings.administrator),
                admin: true,
            },
        },
        homeserver: {
            ...homeserver,
            publicUrl: publicUrlOf(settings),
            roomDirectory: { publishers: userIds(settings, publishers), aliasCreators: userIds(settings, aliasCreators) },
            autoJoinRooms: homeserver.autoJoinRooms.map((room) => aliasOf(settings, room)),
            ...(signingKey !== undefined && { signingKey: { ...publicPart(signingKey), line: pulumi.secret(`${signingKey.trim()}\n`) } }),
            ...(proxy && { proxy: withSecretPassword(proxy) }),
            media: { ...media, s3: media.s3 && { ...media.s3, secretAccessKey: pulumi.secret(media.s3.secretAccessKey) } },
        },
        gateway: {
            ...gateway,
            host,
            announced: announcedPorts(gateway),
            hosts: certificateHosts(settings),
            ...(certificate && { certificate: { ...certificate, key: pulumi.secret(certificate.key) } }),
            ...(authority && { authority: { ...authority, key: pulumi.secret(authority.key) } }),
        },
        federation: { ...settings.federation, delegation: delegationOf(settings) },
        turn: turnSettings(settings.turn, host),
        monitoring: monitoringSettings(settings),
        backup:
            repository === undefined
                ? undefined
                : {
                      ...backup,
                      repository,
                      ...(s3 && { s3: { ...s3, secretAccessKey: pulumi.secret(s3.secretAccessKey) } }),
                  },
        database: {
            ...database,
            port: database.port ?? (database.host ? defaultPorts.existingDatabase : defaultPorts.ownDatabase),
            ...(adminPassword === undefined ? {} : { adminPassword: pulumi.secret(adminPassword) }),
            ...(password === undefined ? {} : { password: pulumi.secret(password) }),
        },
    };
}

/** @param accounts keys, user IDs with or without patterns, or * */
function userIds(settings: ParsedSettings, accounts: string[]): string[] {
    return accounts.map((account) => (/^[@*]/.test(account) ? account : userIdOf(settings, account)));
}

function publicUrlOf({ homeserver, ...settings }: ParsedSettings): string {
    const { httpsPort } = announcedPorts(settings.gateway);
    // Without the port that the scheme has by itself.
    return new URL(homeserver.publicUrl ?? `https://${gatewayHost(settings)}:${httpsPort}`).origin;
}

function withSecretPassword({
    password,
    ...proxy
}: OutboundProxy & { password?: string }): OutboundProxy & { password?: pulumi.Output<string> } {
    return { ...proxy, ...(password !== undefined && { password: pulumi.secret(password) }) };
}

/** @param room key of rooms or spaces, or an alias in full */
function aliasOf({ serverName, rooms, spaces }: Pick<ParsedSettings, "serverName" | "rooms" | "spaces">, room: string): string {
    return room.startsWith("#") ? room : `#${(own(rooms, room) ?? own(spaces, room))?.alias ?? room}:${serverName}`;
}
