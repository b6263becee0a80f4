/** Alert hub: what is posted to a webhook, by Alertmanager or a script, arrives in a room. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BotContainer, matrixServer } from "matrix-synapse/consumers";

const config = new pulumi.Config();
const port = config.requireNumber("port");
const matrix = matrixServer(new pulumi.StackReference(config.require("matrixStack")));
const alerts = matrix.room(config.require("room"));
/** Who may post: without it, anybody on this machine could. */
const password = new random.RandomPassword("webhook", { length: 32, special: false });

const hub = new BotContainer("webhook", {
    image: config.get("image"),
    program: readFileSync(join(__dirname, "webhook.mjs"), "utf8"),
    settings: { homeserverUrl: matrix.clientUrl, room: alerts.id, port },
    secrets: { accessToken: matrix.bot("notifier").accessToken, webhookToken: password.result },
    health: ["node", "-e", `fetch("http://127.0.0.1:${port}/health").then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))`],
});

/** POST {"text": "…"} or what Alertmanager sends, with `Authorization: Bearer TOKEN`. */
export const webhookUrl = pulumi.interpolate`http://127.0.0.1:${port}/alerts`;
/** Secret. */
export const webhookToken = password.result;
export const roomAlias = alerts.alias;
export const containerName = hub.containerName;
