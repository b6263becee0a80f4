/** The section `bridges.relay`: accounts on other platforms, through which rooms and channels there are one. Pure. */
import { z } from "zod";
import { keptEncrypted } from "../../configText.ts";
import { nearest } from "../../nearest.ts";
import {
    type AccountField,
    platformElsewhere,
    type RelayPlatform,
    type RelayPlatformName,
    relayPlatformNames,
    relayPlatforms,
} from "../../relayPlatforms.ts";
import { certificates, megabytes, named } from "../valueTypes.ts";
import { enabled } from "./common.ts";

function isPlatform(name: string): name is RelayPlatformName {
    return Object.hasOwn(relayPlatforms, name);
}

function faultInPlatform(name: string): string | undefined {
    if (isPlatform(name)) return undefined;
    const other = platformElsewhere(name);
    if (other !== undefined) return other;
    const near = nearest(name, relayPlatformNames);
    return `is not a platform of the relay; ${near === undefined ? `those are ${relayPlatformNames.join(", ")}` : `did you mean ${near}?`}`;
}

const host = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?$/i;

/** A line break would end what it stands in: a command, a nickname. */
const line = (characters: number) =>
    z.string().regex(new RegExp(`^[^\\p{Cc}]{1,${characters}}$`, "u"), { error: `is not one line of 1 to ${characters} characters` });

const secretly = (field: string) => `Set it with: pulumi config set --secret --path bridges.relay.accounts.NAME.${field}`;

const fields: Record<AccountField, z.ZodType<string | boolean | undefined>> = {
    server: line(100)
        .optional()
        .describe(
            "xmpp, mumble, sshchat: host of the server, with :PORT where it is not the usual one (5222, 64738, 22). mattermost, zulip, rocketchat: host, reached by HTTPS. discord: name of the server (guild), or ID: and its ID.",
        ),
    team: line(64).optional().describe("mattermost: the team's name as its URL has it."),
    muc: line(255).optional().describe("xmpp: the service that rooms are on, such as conference.example.org."),
    jid: line(255).optional().describe("xmpp: address of the account that the relay speaks as, such as relay@example.org."),
    login: line(255).optional().describe("zulip: the bot's e-mail address. rocketchat: the user's e-mail address."),
    nick: line(64).optional().describe("xmpp, mumble, sshchat: nickname of the relay in the channel."),
    password: line(255)
        .optional()
        .describe(`xmpp, rocketchat: the account's password. mumble: the server's, where it has one. ${secretly("password")}`),
    token: line(255)
        .optional()
        .describe(`mattermost, discord, telegram: token of the bot. zulip: its API key. ${secretly("token")}`),
    webhooks: z
        .boolean()
        .optional()
        .describe(
            "discord: whether senders' names and pictures are shown as those of authors, for which the bot needs Manage Webhooks. Default: false.",
        ),
};

const account = z
    .strictObject({
        platform: named(faultInPlatform)
            .meta({ enum: relayPlatformNames })
            .describe(`Platform: ${relayPlatformNames.join(", ")}.`),
        ...(fields as { [F in Exclude<AccountField, "webhooks">]: z.ZodOptional<z.ZodString> } & { webhooks: z.ZodOptional<z.ZodBoolean> }),
    })
    .superRefine((given, context) => {
        if (!isPlatform(given.platform)) return;
        const report = (field: AccountField, message: string | undefined) =>
            message !== undefined && context.addIssue({ code: "custom", path: [field], message });
        const platform: RelayPlatform = relayPlatforms[given.platform];
        for (const field of Object.keys(fields) as AccountField[]) {
            const value = given[field];
            if (value === undefined) continue;
            if (![...platform.needs, ...(platform.may ?? [])].includes(field))
                report(field, `means nothing for ${platform.title}; take the line out`);
            else if (typeof value === "string" && value !== keptEncrypted) report(field, faultInField(given.platform, field, value));
        }
        const missing = platform.needs.filter((field) => given[field] === undefined);
        if (missing.length > 0)
            context.addIssue({
                code: "custom",
                path: ["platform"],
                message: `needs ${missing.join(", ").replace(/, (?=[^,]*$)/, " and ")}, too (${platform.title})`,
            });
    });

function faultInField(name: RelayPlatformName, field: AccountField, value: string): string | undefined {
    const platform: RelayPlatform = relayPlatforms[name];
    switch (field) {
        case "server":
            return name === "discord" ? undefined : faultInServer(value, platform.port);
        case "jid":
            return /^[^\s@/]+@[^\s@/]+$/.test(value) ? undefined : "is not an address of XMPP, such as relay@example.org";
        case "muc":
            return host.test(value) && !value.includes(":")
                ? undefined
                : "is not the host of a service for rooms, such as conference.example.org";
        case "nick":
            return faultInNick(name, value);
        case "token":
            return platform.token === undefined || platform.token.pattern.test(value)
                ? undefined
                : `is no token of ${platform.title}, which has ${platform.token.looks}`;
        default:
            return undefined;
    }
}

function faultInServer(value: string, port: number | undefined): string | undefined {
    if (/^[a-z]+:\/\//i.test(value)) return `is a URL; write the host alone, ${value.replace(/^[a-z]+:\/\//i, "").replace(/\/.*$/, "")}`;
    const [, given] = host.exec(value) ?? [undefined, undefined];
    if (!host.test(value))
        return `is not a host, such as ${port === undefined ? "chat.example.org" : `chat.example.org or chat.example.org:${port}`}`;
    return Number(given ?? 1) > 65535 ? "has a port above 65535" : undefined;
}

/** SSH-chat changes other names, and the relay would not find its own again. Source: ssh-chat v1.10.1, internal/sanitize */
function faultInNick(name: RelayPlatformName, nick: string): string | undefined {
    if (name === "sshchat")
        return /^[\w.-]{1,16}$/.test(nick) ? undefined : "is not possible in SSH-chat; use at most 16 of A-Z, a-z, 0-9, _, . and -";
    if (name === "mumble")
        return /^[ -=\w[\]{}()@|.]+$/.test(nick) ? undefined : "is not possible in Mumble; use letters, digits and - = _ [ ] { } ( ) @ | .";
    return /^[^/@<>&"']+$/.test(nick) ? undefined : "has a character that names in XMPP rooms cannot have here: / @ < > & \" '";
}

const placeholders = ["NICK", "NOPINGNICK", "USERID", "PROTOCOL", "BRIDGE", "CHANNEL", "LABEL", "GATEWAY"];

/** Of an empty name nobody would know who says what; a line that begins with / is a command in some chats. */
function faultInNickFormat(text: string): string | undefined {
    const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name).find((name) => !placeholders.includes(name));
    if (unknown !== undefined)
        return `has {${unknown}}, which nothing stands for; possible are ${placeholders.map((name) => `{${name}}`).join(", ")}`;
    if (!/\{(NICK|NOPINGNICK)\}/.test(text)) return "has no {NICK}, which the sender's name stands for";
    return text.startsWith("/") || text.startsWith("{")
        ? "begins with / or {, so that a message could become a command; write <{NICK}> , for instance"
        : undefined;
}

export const relay = z.strictObject({
    enabled,
    memory: megabytes(64, 128).describe("Memory limit, in megabytes."),
    accounts: z
        .record(
            z.string().regex(/^[a-z][a-z0-9]{0,30}$/, {
                error: "is not possible as an account's name; use a-z and 0-9, beginning with a letter",
            }),
            account,
        )
        .refine((accounts) => Object.keys(accounts).length > 0, { error: "is empty; declare an account, such as jabber" })
        .describe("Accounts on other platforms. The key is the name that rooms give after the @, as in support@jabber."),
    nickFormat: line(100)
        .superRefine((text, context) => {
            const message = faultInNickFormat(text);
            if (message) context.addIssue({ code: "custom", message });
        })
        .default("<{NICK}> ")
        .describe(
            "What stands before each message, on both sides. {NICK} stands for the sender's name, {PROTOCOL} and {BRIDGE} for the platform and account it comes from.",
        ),
    joins: z
        .boolean()
        .default(true)
        .describe("Whether the room is told, by notices, who joins and leaves channels of Mumble and Mattermost."),
    attachments: z.int().min(0).max(100).default(10).describe("Largest file that is passed on, in megabytes. 0: none."),
    certificates: certificates.optional().describe("PEM of authorities that servers' certificates are trusted by, besides the usual ones."),
});
