/**
 * matterbridge's configuration. Every setting that matters is written, because forks of it have other defaults. Pure.
 * Source: https://github.com/42wim/matterbridge/blob/v1.26.0/matterbridge.toml.sample, and its code for what is not there.
 */
import { stringify } from "smol-toml";
import { type RelayPlatform, type RelayPlatformName, relayPlatforms } from "../../settings/relayPlatforms.ts";
import type { ParsedSettings } from "../../settings/schema/index.ts";

type RelaySettings = NonNullable<ParsedSettings["bridges"]["relay"]>;
type Account = RelaySettings["accounts"][string];

export interface MatterbridgeFacts {
    settings: Pick<RelaySettings, "accounts" | "nickFormat" | "joins" | "attachments">;
    /** The client API, as the bridge reaches it. */
    homeserverUrl: string;
    /** User ID of its account. */
    botId: string;
    /** Of that account. Secret. */
    accessToken: string;
    /** Channels by the rooms that they are one with. */
    channels: readonly { roomId: string; channel: string; network: string }[];
    /** Paths in the container of the scripts that clean names and texts, and of certificates to trust (absent where there are none). */
    paths: { names: string; texts: string };
    /** Port that says whether it runs, on its own loopback. */
    healthPort: number;
}

type Table = Record<string, string | number | boolean | string[]>;

/** Name of the Matrix account in the file. */
const homeserver = "homeserver";

export function matterbridgeConfig(facts: MatterbridgeFacts): string {
    const { settings, channels, paths, healthPort } = facts;
    const accounts: Record<string, Record<string, Table>> = {
        matrix: { [homeserver]: matrixAccount(facts) },
        api: { health: { BindAddress: `127.0.0.1:${healthPort}`, Buffer: 1, RemoteNickFormat: "{NICK}" } },
    };
    for (const name of Object.keys(settings.accounts).sort()) {
        const account = settings.accounts[name] as Account;
        const ofPlatform = accounts[account.platform] ?? {};
        accounts[account.platform] = ofPlatform;
        ofPlatform[name] = { ...common(settings), ...farAccounts[account.platform as RelayPlatformName](account) };
    }
    return stringify({
        general: {
            // One far end that is down must not keep the others from starting; start.sh tries again.
            IgnoreFailureOnStart: true,
            RemoteNickFormat: settings.nickFormat,
            MediaDownloadSize: settings.attachments * 1_000_000,
            MediaDownloadPath: "",
            MediaServerDownload: "",
            MediaServerUpload: "",
            LogFile: "",
        },
        tengo: { InMessage: paths.names, OutMessage: paths.texts, RemoteNickFormat: "" },
        ...accounts,
        gateway: [
            ...gateways(channels, settings.accounts),
            // Without a gateway of its own, the API would not be started; nothing leads out of this one.
            { name: "health", enable: true, inout: [{ account: "api.health", channel: "api" }] },
        ],
    });
}

/** One a room, in the order of room IDs. */
function gateways(channels: MatterbridgeFacts["channels"], accounts: RelaySettings["accounts"]) {
    const rooms = [...new Set(channels.map(({ roomId }) => roomId))].sort();
    return rooms.map((roomId) => ({
        name: roomId,
        enable: true,
        inout: [
            { account: `matrix.${homeserver}`, channel: roomId },
            ...channels
                .filter((end) => end.roomId === roomId)
                .map(({ channel, network }) => ({ account: `${accounts[network]?.platform}.${network}`, channel })),
        ],
    }));
}

/** What all accounts have. */
function common({ nickFormat, joins }: MatterbridgeFacts["settings"]): Table {
    return {
        RemoteNickFormat: nickFormat,
        // What it is told of others' joins, and whether it tells of its own channel's.
        ShowJoinPart: joins,
        NoSendJoinPart: !joins,
        ShowTopicChange: false,
        SyncTopic: false,
        StripNick: false,
        PreserveThreading: true,
        IgnoreNicks: "",
        IgnoreMessages: "",
        Label: "",
        EditDisable: false,
        EditSuffix: "",
        IconURL: "",
    };
}

function matrixAccount({ settings, homeserverUrl, botId, accessToken }: MatterbridgeFacts): Table {
    return {
        ...common(settings),
        Server: homeserverUrl,
        Login: "",
        Password: "",
        MxID: botId,
        Token: accessToken,
        // Text of strangers is text: nothing of it becomes HTML.
        HTMLDisable: true,
        SpoofUsername: false,
        NoHomeServerSuffix: false,
        UseUserName: false,
        KeepQuotedReply: false,
        // Known to forks alone, where they would change what is written.
        DeviceID: "relay",
        SessionFile: "",
        RecoveryKey: "",
        PickleKey: "",
        UseMSC4144: false,
        DisableMarkdownParsing: true,
    };
}

/** The server with the port that is meant. */
function address({ platform, server = "" }: Account): string {
    const { port }: RelayPlatform = relayPlatforms[platform as RelayPlatformName];
    return /:\d+$/.test(server) ? server : `${server}:${port}`;
}

const farAccounts: Record<RelayPlatformName, (account: Account) => Table> = {
    xmpp: (account) => ({
        Server: address(account),
        Jid: account.jid ?? "",
        Password: account.password ?? "",
        Muc: account.muc ?? "",
        Nick: account.nick ?? "",
        Anonymous: false,
        NoTLS: false,
        NoStartTLS: false,
        UseDirectTLS: false,
        SkipTLSVerify: false,
        WebhookURL: "",
    }),
    mumble: (account) => ({
        Server: address(account),
        Nick: account.nick ?? "",
        Password: account.password ?? "",
        SkipTLSVerify: false,
        TLSCACertificate: "",
        TLSClientCertificate: "",
        TLSClientKey: "",
        UserComment: "",
    }),
    sshchat: (account) => ({ Server: address(account), Nick: account.nick ?? "" }),
    mattermost: ({ server = "", team = "", token = "" }) => ({
        Server: server,
        Team: team,
        Token: token,
        Login: "",
        Password: "",
        NoTLS: false,
        SkipTLSVerify: false,
        SkipVersionCheck: false,
        // Otherwise every message would be the bot's, with no name.
        PrefixMessagesWithNick: true,
        UseUserName: false,
        WebhookURL: "",
        WebhookBindAddress: "",
    }),
    discord: ({ server = "", token = "", webhooks = false }) => ({
        Server: server,
        Token: token,
        AutoWebhooks: webhooks,
        WebhookURL: "",
        // Nobody is called by a message that comes from elsewhere.
        AllowMention: [],
        UseUserName: false,
        UseDiscriminator: false,
        ShowEmbeds: false,
        ShowUserTyping: false,
        UseLocalAvatar: [],
    }),
    zulip: ({ server = "", login = "", token = "" }) => ({ Server: `https://${server}`, Login: login, Token: token }),
    rocketchat: ({ server = "", login = "", password = "" }) => ({
        Server: `https://${/:\d+$/.test(server) ? server : `${server}:443`}`,
        Login: login,
        Password: password,
        Nick: "",
        Token: "",
        SkipTLSVerify: false,
        PrefixMessagesWithNick: true,
        WebhookURL: "",
        WebhookBindAddress: "",
    }),
    telegram: ({ token = "" }) => ({
        Token: token,
        // Plain text.
        MessageFormat: "",
        DisableWebPagePreview: true,
        UseFirstName: false,
        UseFullName: true,
        UseInsecureURL: false,
        QuoteDisable: false,
        QuoteFormat: "{MESSAGE} (re {QUOTENICK}: {QUOTEMESSAGE})",
        QuoteLengthLimit: 46,
        MediaConvertTgs: "",
        MediaConvertWebPToPNG: false,
    }),
};
