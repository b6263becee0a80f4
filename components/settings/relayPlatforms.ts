/** The platforms that bridges.relay reaches: which settings an account on each needs, and what a channel there looks like. Pure. */

/** Settings of an account besides its platform; a schema test keeps the two in step. */
export type AccountField = "server" | "team" | "muc" | "jid" | "login" | "nick" | "password" | "token" | "webhooks";

export interface RelayPlatform {
    /** As people call it. */
    title: string;
    needs: readonly AccountField[];
    may?: readonly AccountField[];
    /** Of `server`, where none is given. Absent where a server has no port. */
    port?: number;
    /** What is wrong with a channel, in words that follow it, or undefined. */
    faultInChannel(channel: string): string | undefined;
    /** Whether names of channels differ in more than their case. Default: they do. */
    ignoresCase?: boolean;
    /** The setting that says where channels with the same name are the same channel. Absent: everywhere. */
    place?: AccountField;
    /** Whether an account can be in one channel only. */
    single?: boolean;
    /** Seconds between messages, and how many at once, that its servers take from one account without throwing any away. */
    pace?: readonly [seconds: number, burst: number];
    /** Whether the relay's program does not connect to it again when the connection is lost. */
    forgets?: boolean;
    /** What a token looks like. */
    token?: { pattern: RegExp; looks: string };
}

const unless = (pattern: RegExp, message: string) => (channel: string) => (pattern.test(channel) ? undefined : message);

export const relayPlatforms = {
    xmpp: {
        title: "XMPP",
        needs: ["server", "jid", "password", "muc", "nick"],
        port: 5222,
        faultInChannel: (channel) =>
            channel.includes("@")
                ? `is a whole address; write ${channel.slice(0, channel.indexOf("@"))}@ACCOUNT, for the account's muc names the service`
                : unless(/^[^\s"&'/:<>@]{1,255}$/, "is not the name of a room, such as support")(channel),
        ignoresCase: true,
        place: "muc",
    },
    mumble: {
        title: "Mumble",
        needs: ["server", "nick"],
        may: ["password"],
        port: 64738,
        faultInChannel: unless(/^(0|[1-9]\d{0,9})$/, "is not a channel's number; 0 is the server's root channel"),
        place: "server",
        single: true,
        // messagelimit and messageburst of its server, by default 1 and 5; of a pause of 1.9 s it counts one second.
        pace: [1.5, 2],
    },
    sshchat: {
        title: "SSH-chat",
        needs: ["server", "nick"],
        port: 22,
        faultInChannel: unless(/^sshchat$/, "is not the one room of an SSH-chat server; write sshchat@ACCOUNT"),
        place: "server",
        single: true,
        // Three in three seconds, which is fixed. Source: ssh-chat v1.10.1, host.go
        pace: [1.3, 1],
        forgets: true,
    },
    mattermost: {
        title: "Mattermost",
        needs: ["server", "team", "token"],
        faultInChannel: (channel) =>
            channel.startsWith("#")
                ? `begins with #, which channels of Mattermost do not; write ${channel.slice(1)}@ACCOUNT`
                : unless(
                      /^([a-z0-9][a-z0-9_-]{0,63}|ID:[a-z0-9]{26})$/,
                      "is not a channel's name as its URL has it, such as town-square, or its ID, such as ID:8zpbaaxsk7yfzbapxx1b3xzxqr",
                  )(channel),
        place: "server",
        token: { pattern: /^[a-z0-9]{26}$/, looks: "26 letters and digits" },
    },
    discord: {
        title: "Discord",
        needs: ["server", "token"],
        may: ["webhooks"],
        faultInChannel: (channel) =>
            channel.startsWith("#")
                ? `begins with #; write ${channel.slice(1)}@ACCOUNT`
                : unless(
                      /^([^\s#:]{1,100}|ID:\d{15,20})$/u,
                      "is not a channel's name, such as general, or its ID, such as ID:123456789012345678",
                  )(channel),
        place: "server",
        token: { pattern: /^[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}$/, looks: "three parts with dots between them, without Bot before it" },
    },
    zulip: {
        title: "Zulip",
        needs: ["server", "login", "token"],
        faultInChannel: unless(/^[^/]{1,60}\/topic:.{1,60}$/u, "names no stream with a topic, such as general/topic:matrix"),
        place: "server",
        token: { pattern: /^[A-Za-z0-9]{32}$/, looks: "32 letters and digits" },
    },
    rocketchat: {
        title: "Rocket.Chat",
        needs: ["server", "login", "password"],
        faultInChannel: (channel) =>
            channel.startsWith("#")
                ? `begins with #; write ${channel.slice(1)}@ACCOUNT`
                : unless(/^[\p{L}\p{N}_.-]{1,100}$/u, "is not a channel's name, such as general")(channel),
        place: "server",
    },
    telegram: {
        title: "Telegram",
        needs: ["token"],
        faultInChannel: unless(
            /^-?[1-9]\d{0,17}$/,
            "is not a chat's ID, such as -1001234567890; names and invitation links do not lead there",
        ),
        token: { pattern: /^\d{5,16}:[\w-]{30,64}$/, looks: "digits, a colon, and 35 letters, digits, _ and -, as @BotFather gives it" },
    },
} as const satisfies Record<string, RelayPlatform>;

export type RelayPlatformName = keyof typeof relayPlatforms;

export const relayPlatformNames = Object.keys(relayPlatforms).sort() as RelayPlatformName[];

/** Platforms that people look for here, and the setting that leads to each. */
const elsewhere: Record<string, string> = {
    irc: "is reached by bridges.irc, which gives everybody there a name in the room",
    slack: "is reached by bridges.slack; the relay's program speaks RTM alone, which Slack has closed for new apps",
    whatsapp: "is reached by bridges.whatsapp",
    signal: "is reached by bridges.signal",
    matrix: "is the side that the rooms are on; name the other one",
    api: "is the relay's own",
};

/** @returns what to do instead, in words that follow the name, or undefined where that is not known */
export function platformElsewhere(name: string): string | undefined {
    return Object.hasOwn(elsewhere, name.toLowerCase()) ? elsewhere[name.toLowerCase()] : undefined;
}
