/** The section `bridges.irc`: networks and how to be on them. Pure. */
import { z } from "zod";
import { faultInNick } from "../../../../matrix/irc.ts";
import { named, port } from "../valueTypes.ts";
import { bridge } from "./common.ts";

const server = z.strictObject({
    host: z.string().min(1).describe("Host name or address, such as irc.libera.chat."),
    port: port.default(6697).describe("Port."),
    tls: z.boolean().default(true).describe("Whether the connection is encrypted."),
});

/** One line of IRC has 512 bytes, with no line break in it. */
const line = z.string().regex(/^[^\r\n\0]{1,400}$/, { error: "is not one line of at most 400 characters" });

const network = z.strictObject({
    servers: z.array(server).min(1).describe("Its servers, tried in this order."),
    nick: named(faultInNick).describe("Nickname of the bridge, which relays everybody's messages with their names before them."),
    realName: line.optional().describe("Real name that others see. Default: the nickname."),
    password: line
        .optional()
        .describe("Password of the server. Set it with: pulumi config set --secret --path bridges.irc.networks.NAME.password"),
    sasl: z
        .strictObject({
            username: line.describe("Account of the network's services, such as NickServ's."),
            password: line.describe("Its password. Set it with: pulumi config set --secret --path bridges.irc.networks.NAME.sasl.password"),
        })
        .optional()
        .describe("Signs the bridge in to its account on the network (SASL PLAIN)."),
    pause: z
        .number()
        .min(0)
        .max(60)
        .default(1.5)
        .describe(
            "Seconds between two lines after the first five: networks disconnect those who send faster. 0 where the network exempts the bridge.",
        ),
    members: z
        .enum(["none", "speaking", "all"])
        .default("speaking")
        .describe(
            "Who of a channel becomes a member of its room. speaking: people who have said something. all: everyone in it; not for large channels.",
        ),
});

export const irc = z.strictObject({
    ...bridge({ least: 64, usual: 128 }),
    networks: z
        .record(
            z.string().regex(/^[a-z0-9][a-z0-9.-]{0,30}$/, { error: "is not possible as a network's name; use a-z, 0-9, . and -" }),
            network,
        )
        .refine((networks) => Object.keys(networks).length > 0, { error: "is empty; declare a network, such as libera" })
        .describe("IRC networks. The key is the name that rooms give after the @, as in #support@libera."),
});
