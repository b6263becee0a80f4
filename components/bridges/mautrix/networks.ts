/** The networks of the mautrix family: what differs between its bridges. Pure. */

export interface MautrixNetwork {
    /** Name of its program in the image, after mautrix-. */
    program: string;
    /** Release whose configuration is rendered. */
    version: string;
    /** As people call the network. */
    title: string;
    /** Port at which it listens, by upstream's own choice. */
    port: number;
    /** Before a command, outside of the chat with the bot. */
    commandPrefix: string;
    /** bridgev2: what most of the family is built on. legacy: the configuration of the time before. */
    configuration: "bridgev2" | "legacy";
    /** Megabytes of memory: the least that it starts with, and what some accounts need. */
    memory: { least: number; usual: number };
}

/** Sources: the releases of https://github.com/mautrix, each in pkg/connector/connector.go (GetName) */
export const mautrixNetworks = {
    whatsapp: {
        program: "whatsapp",
        version: "v0.2511.0",
        title: "WhatsApp",
        port: 29318,
        commandPrefix: "!wa",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
    signal: {
        program: "signal",
        version: "v0.2608.0",
        title: "Signal",
        port: 29328,
        commandPrefix: "!signal",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
    slack: {
        program: "slack",
        version: "v0.2608.0",
        title: "Slack",
        port: 29335,
        commandPrefix: "!slack",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
    discord: {
        program: "discord",
        version: "v0.7.7",
        title: "Discord",
        port: 29334,
        commandPrefix: "!discord",
        configuration: "legacy",
        memory: { least: 64, usual: 256 },
    },
    meta: {
        program: "meta",
        version: "v0.2608.0",
        title: "Messenger and Instagram",
        port: 29319,
        commandPrefix: "!meta",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
    gmessages: {
        program: "gmessages",
        version: "v0.2602.0",
        title: "Google Messages",
        port: 29336,
        commandPrefix: "!gm",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
    bluesky: {
        program: "bluesky",
        version: "v0.2510.0",
        title: "Bluesky",
        port: 29340,
        commandPrefix: "!bsky",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
    telegram: {
        program: "telegram",
        version: "v0.2608.0",
        title: "Telegram",
        port: 29317,
        commandPrefix: "!tg",
        configuration: "bridgev2",
        memory: { least: 64, usual: 256 },
    },
} as const satisfies Record<string, MautrixNetwork>;

export type MautrixPlatform = keyof typeof mautrixNetworks;

export const mautrixPlatforms = Object.keys(mautrixNetworks) as MautrixPlatform[];

/** Messages of a chat that a bridge fetches after it was down. */
export const mostMissed = 500;

/** Path of its configuration in the container. */
export const mautrixConfigPath = "/run/secrets/bridge.yaml";
