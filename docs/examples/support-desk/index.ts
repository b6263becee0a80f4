/** Support desk: `!ticket TEXT` in the desk's room opens a room for the ticket, and a bot answers there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BotContainer, matrixServer } from "matrix-synapse/consumers";

const config = new pulumi.Config();
const matrix = matrixServer(new pulumi.StackReference(config.require("matrixStack")));
const desk = matrix.room("desk");

const bot = new BotContainer("helpdesk", {
    image: config.get("image"),
    program: readFileSync(join(__dirname, "bot.mjs"), "utf8"),
    settings: {
        homeserverUrl: matrix.clientUrl,
        desk: desk.id,
        // User IDs of the people who are invited to every ticket.
        staff: config.getObject<string[]>("staff") ?? [],
        // Word in a message → answer.
        answers: config.getObject<Record<string, string>>("answers") ?? {
            password: "You can set a new password in your client's settings.",
        },
    },
    secrets: { accessToken: matrix.bot("helpdesk").accessToken },
});

/** Where people write `!ticket TEXT`. */
export const deskAlias = desk.alias;
/** `docker logs` shows what the bot does. */
export const containerName = bot.containerName;
