/** The platforms that bridges lead to, and what the homeserver is told of each. Every list of bridges follows from this one. Pure. */

import type { ParsedSettings } from "../settings/schema/index.ts";
import { type MautrixPlatform, mautrixNetworks } from "./mautrix/networks.ts";

export interface BridgePlatform {
    /** As people call it. */
    title: string;
    /** Image of the bridge, by the key of `images` in the settings. */
    image: keyof ParsedSettings["images"];
    /** Part of the bridge's own user ID between @ and the colon. */
    localpart: string;
    /** User names and aliases that begin so are its own. Absent: it is no application service. */
    namespace?: string;
    /** Port at which the homeserver sends it events. */
    port?: number;
    /** Whether it takes part in encrypted rooms. */
    encrypts: boolean;
    /** Secrets that are generated for it, by their names. One with a databasePassword has a database. */
    secrets?: readonly string[];
}

/** What the mautrix family has in common. */
const mautrix = {
    encrypts: true,
    /** databasePassword: of the database's owner. pickleKey: encrypts encryption keys in it. provisioningSecret: signs people in. */
    secrets: ["databasePassword", "pickleKey", "provisioningSecret"],
} as const;

export const platforms = {
    irc: { title: "IRC", image: "heisenbridge", localpart: "ircbot", namespace: "irc_", port: 9898, encrypts: false },
    whatsapp: { ...mautrix, ...named("whatsapp"), image: "mautrixWhatsapp" },
    signal: { ...mautrix, ...named("signal"), image: "mautrixSignal" },
    slack: { ...mautrix, ...named("slack"), image: "mautrixSlack" },
    discord: { ...mautrix, ...named("discord"), image: "mautrixDiscord" },
    meta: { ...mautrix, ...named("meta"), image: "mautrixMeta" },
    gmessages: { ...mautrix, ...named("gmessages"), image: "mautrixGmessages" },
    bluesky: { ...mautrix, ...named("bluesky"), image: "mautrixBluesky" },
    telegram: { ...mautrix, ...named("telegram"), image: "mautrixTelegram" },
    relay: { title: "other platforms", image: "matterbridge", localpart: "relaybot", encrypts: false },
} as const satisfies Record<string, BridgePlatform>;

function named(platform: MautrixPlatform) {
    const { title, port } = mautrixNetworks[platform];
    return { title, localpart: `${platform}bot`, namespace: `${platform}_`, port };
}

export type Platform = keyof typeof platforms;

export const platformNames = Object.keys(platforms) as Platform[];

/** A bridge's section, as far as every bridge has one. */
type Sections = Partial<Record<Platform, { enabled?: boolean } | undefined>>;

/** Whether the settings declare a bridge, and have not turned it off. */
export function runs(bridges: Sections | undefined, platform: Platform): boolean {
    const section = bridges?.[platform];
    return section !== undefined && section.enabled !== false;
}

export type BridgeName = `bridge-${Platform}`;

/** What stands between the relay and the homeserver: its part and container, and where it listens. */
export const courier = { name: "bridge-relay-courier", port: 8009 } as const;

/** A bridge's name everywhere: of its part and container, and the ID of its registration. */
export function bridgeName<P extends Platform>(platform: P): `bridge-${P}` {
    return `bridge-${platform}`;
}
