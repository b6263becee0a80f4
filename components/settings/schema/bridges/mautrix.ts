/** The sections of `bridges` whose bridges are of the mautrix family. Pure. */
import { z } from "zod";
import { mautrixNetworks } from "../../../bridges/mautrix/networks.ts";
import { bridge, withDatabase } from "./common.ts";

const family = (memory: { least: number; usual: number }) => ({
    ...bridge(memory),
    ...withDatabase,
    encryption: z
        .enum(["required", "default", "allowed", "off"])
        .default("default")
        .describe(
            "Encryption between people's clients and the bridge. default: rooms that the bridge makes are encrypted. required: besides, unencrypted messages are not bridged. allowed: rooms that people encrypt stay readable to it. off: it reads no encrypted room.",
        ),
    doublePuppeting: z
        .boolean()
        .default(false)
        .describe(
            "Whether the bridge acts as its users' own accounts, so that what they write in the network's app appears as theirs. It can then read and write all that they can, so users must name them one by one.",
        ),
    relayMode: z
        .enum(["off", "admins", "everyone"])
        .default("off")
        .describe(
            "Whether people who have no account of the network may talk through another's, with their names before their messages, and who may let them: administrators of the bridge, or everyone who is signed in to it.",
        ),
    backfill: z.int().min(0).max(10_000).default(0).describe("Messages from before that a new room begins with. 0: none."),
    config: z
        .record(z.string(), z.unknown())
        .default({})
        .describe("Further options of the bridge's own configuration file, merged over what this program sets."),
});

const deviceName = (otherwise: string) =>
    z.string().min(1).max(60).optional().describe(`Name of the bridge among the devices of people's accounts. Default: ${otherwise}.`);

const whatsapp = z.strictObject({
    ...family(mautrixNetworks.whatsapp.memory),
    deviceName: deviceName("Mautrix-WhatsApp bridge"),
    statusMessages: z.boolean().default(true).describe("Whether people's status messages appear, in a room of their own."),
});

const signal = z.strictObject({ ...family(mautrixNetworks.signal.memory), deviceName: deviceName("mautrix-signal") });

const slack = z.strictObject(family(mautrixNetworks.slack.memory));

const discord = z.strictObject(family(mautrixNetworks.discord.memory));

const meta = z.strictObject({
    ...family(mautrixNetworks.meta.memory),
    app: z
        .enum(["messenger", "instagram"])
        .default("messenger")
        .describe("Which of Meta's networks. Instagram has an image of its own, whose tag begins with ig-; set images.mautrixMeta to it."),
});

const gmessages = z.strictObject({ ...family(mautrixNetworks.gmessages.memory), deviceName: deviceName("mautrix-gmessages") });

const bluesky = z.strictObject(family(mautrixNetworks.bluesky.memory));

const telegram = z.strictObject({
    ...family(mautrixNetworks.telegram.memory),
    apiId: z.int().min(1).describe("API ID of an application of yours, from https://my.telegram.org/apps."),
    apiHash: z
        .string()
        .regex(/^[0-9a-f]{32}$/, { error: "is not an API hash, which has 32 characters of 0-9 and a-f" })
        .describe("Its API hash. Set it with: pulumi config set --secret --path bridges.telegram.apiHash"),
    deviceName: deviceName("mautrix-telegram"),
});

/** By platform. */
export const mautrixSections = { whatsapp, signal, slack, discord, meta, gmessages, bluesky, telegram };

export type MautrixBridges = { [P in keyof typeof mautrixSections]: z.output<(typeof mautrixSections)[P]> };

/** What all of them have. */
export type MautrixSettings = z.output<z.ZodObject<ReturnType<typeof family>>>;
