/** The bridges that the settings declare. */
import type * as pulumi from "@pulumi/pulumi";
import type { Content } from "../content/content.ts";
import type { Database } from "../database/database.ts";
import type { DatabaseServer } from "../database/server.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Platform as RunsOn } from "../platform/platform.ts";
import type { Secrets } from "../secrets.ts";
import { accountIds, bridgeUserId } from "../settings/accounts.ts";
import { roomEnds } from "../settings/bridgedRooms.ts";
import type { Settings } from "../settings/index.ts";
import { Bridge } from "./bridge.ts";
import { ircKind } from "./irc/irc.ts";
import type { BridgeKind, BridgeSettings } from "./kind.ts";
import { mautrixKind } from "./mautrix/mautrix.ts";
import { bridgeName, type Platform, platformNames, platforms, runs } from "./platforms.ts";
import { relayKind } from "./relay/relay.ts";

export interface BridgesArgs {
    settings: Pick<
        Settings,
        | "serverName"
        | "administratorId"
        | "applicationServices"
        | "puppetServices"
        | "bots"
        | "bridges"
        | "database"
        | "images"
        | "monitoring"
        | "rooms"
        | "users"
    >;
    /** Tokens of their registrations, and what is generated for each. */
    secrets: Pick<Secrets, "applicationService" | "bridge">;
    /** Where those that keep something in a database get one. */
    databaseServer: DatabaseServer;
    /** The homeserver that they are registered with. */
    homeserver: Homeserver;
    /** Their accounts, and the rooms that lead somewhere. */
    content: Pick<Content, "bridgeAccounts" | "roomIds">;
    /** What runs them. */
    platform: RunsOn;
}

const kinds: { [P in Platform]: BridgeKind<P> } = {
    irc: ircKind,
    whatsapp: mautrixKind("whatsapp"),
    signal: mautrixKind("signal"),
    slack: mautrixKind("slack"),
    discord: mautrixKind("discord"),
    meta: mautrixKind("meta"),
    gmessages: mautrixKind("gmessages"),
    bluesky: mautrixKind("bluesky"),
    telegram: mautrixKind("telegram"),
    relay: relayKind,
};

/** One component each, in the order of the platforms. */
export function declareBridges(args: BridgesArgs): Bridge<Platform>[] {
    return platformNames.flatMap((platform) => {
        const settings = args.settings.bridges[platform];
        if (settings === undefined) return [];
        const database = databaseOf(platform, settings, args);
        return runs(args.settings.bridges, platform) ? [declareBridge(platform, settings, database, args)] : [];
    });
}

function declareBridge<P extends Platform>(
    platform: P,
    own: BridgeSettings<P>,
    database: Database | undefined,
    args: BridgesArgs,
): Bridge<P> {
    const { settings, content, homeserver } = args;
    const { serverName } = settings;
    const kind: BridgeKind<P> = kinds[platform];
    const service = settings.applicationServices.find(({ id }) => id === bridgeName(platform));
    const main = homeserver.routes.at(-1);
    const image = settings.images[platforms[platform].image];
    const account = content.bridgeAccounts[platform];
    if (!account || !main || image === undefined) throw new Error(`bridges.${platform}: has no account, homeserver or image`);
    const { host, port } = main.upstream;
    const ends = roomEnds(settings.rooms).filter((end) => end.platform === platform);
    const puppets = settings.puppetServices.find((one) => one.platform === platform);
    return new Bridge(bridgeName(platform), {
        kind,
        facts: {
            serverName,
            homeserverUrl: `http://${host}:${port}`,
            settings: own,
            botId: bridgeUserId(platform, serverName),
            ...access(own, settings),
        },
        channels: ends.map(({ room, channel, network = "" }) => ({
            roomId: content.roomIds[room] as pulumi.Output<string>,
            channel,
            network,
        })),
        accessToken: account.accessToken,
        registered: service && { service, tokens: args.secrets.applicationService(service.id) },
        puppetToken: puppets && args.secrets.applicationService(puppets.id).asToken,
        generated: args.secrets.bridge(platform),
        database,
        image,
        courierImage: settings.images.synapse,
        memory: own.memory,
        metrics: settings.monitoring !== undefined,
        after: [homeserver.ready, account],
        platform: args.platform,
    });
}

/** A bridge that is turned off keeps it. Named after the homeserver's, so that several stacks can share a server. */
function databaseOf(
    platform: Platform,
    own: BridgeSettings<Platform>,
    { databaseServer, settings, secrets }: BridgesArgs,
): Database | undefined {
    const { databasePassword: password } = secrets.bridge(platform);
    if (password === undefined) return undefined;
    const keep = !("onRemoval" in own) || own.onRemoval === "keep";
    return databaseServer.database(bridgeName(platform), { name: `${settings.database.name}_${platform}`, password, keep });
}

/** Of a bridge that everyone in its rooms uses, nobody is asked who they are. */
function access(
    own: { users?: string[]; admins?: string[]; memory?: number },
    settings: BridgesArgs["settings"],
): { users: string[]; admins: string[] } {
    const { users, admins } = own;
    return {
        users: users === undefined ? [] : accountIds(settings, users),
        admins: admins === undefined ? [settings.administratorId] : accountIds(settings, admins),
    };
}
