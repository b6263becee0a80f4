/** The section `images`: what the containers run. Pure. */
import { z } from "zod";
import { named } from "./valueTypes.ts";

const example = "such as docker.io/library/caddy:2.11.9";
/** Source: https://github.com/distribution/reference/blob/main/reference.go */
const component = "[a-z0-9]+(?:(?:[.]|__?|-+)[a-z0-9]+)*";
const reference = new RegExp(
    `^(?:(?:[a-zA-Z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d+)?/)?${component}(?:/${component})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInImage(text: string): string | undefined {
    if (/^[a-z-]+:\/\//.test(text)) return `is a URL; write the reference alone, ${example}`;
    if (/^v?\d[\w.-]*$/.test(text)) return `is a version alone; write the whole reference, ${example}`;
    return reference.test(text) ? undefined : `is not an image reference, ${example}`;
}

const imageReference = named(faultInImage).meta({ pattern: reference.source });

export const images = z.strictObject({
    synapse: imageReference.default("docker.io/matrixdotorg/synapse:v1.163.2").describe("Image of the homeserver Synapse."),
    dendrite: imageReference
        .default("docker.io/matrixdotorg/dendrite-monolith:v0.13.8")
        .describe("Image of the homeserver Dendrite, where homeserver.kind is dendrite."),
    postgres: imageReference.default("docker.io/library/postgres:15-bookworm").describe("Image of the stack's own database server."),
    coturn: imageReference.default("docker.io/coturn/coturn:4.6.1").describe("Image of the relay for calls."),
    caddy: imageReference.default("docker.io/library/caddy:2.11.9").describe("Image of the gateway."),
    restic: imageReference.default("docker.io/restic/restic:0.14.0").describe("Image of the program that stores backups."),
    clamav: imageReference.default("docker.io/clamav/clamav:1.4_base").describe("Image of the malware scanner."),
    prometheus: imageReference.default("docker.io/prom/prometheus:v2.42.0").describe("Image of the program that collects metrics."),
    alertmanager: imageReference.default("docker.io/prom/alertmanager:v0.25.0").describe("Image of the program that sends alerts."),
    postgresExporter: imageReference
        .default("docker.io/prometheuscommunity/postgres-exporter:v0.11.1")
        .describe("Image of the program that reads the database server's metrics."),
    nodeExporter: imageReference
        .default("docker.io/prom/node-exporter:v1.5.0")
        .describe("Image of the program that reads the Docker host's metrics."),
    heisenbridge: imageReference.default("docker.io/hif1/heisenbridge:1.15.4").describe("Image of the bridge to IRC."),
    mautrixWhatsapp: imageReference.default("dock.mau.dev/mautrix/whatsapp:v0.2511.0").describe("Image of the bridge to WhatsApp."),
    mautrixSignal: imageReference.default("dock.mau.dev/mautrix/signal:v0.2608.0").describe("Image of the bridge to Signal."),
    mautrixSlack: imageReference.default("dock.mau.dev/mautrix/slack:v0.2608.0").describe("Image of the bridge to Slack."),
    mautrixDiscord: imageReference.default("dock.mau.dev/mautrix/discord:v0.7.7").describe("Image of the bridge to Discord."),
    mautrixMeta: imageReference
        .default("dock.mau.dev/mautrix/meta:v0.2608.0")
        .describe("Image of the bridge to Messenger; that to Instagram has the same name and the tag ig-v0.2608.0."),
    mautrixGmessages: imageReference
        .default("dock.mau.dev/mautrix/gmessages:v0.2602.0")
        .describe("Image of the bridge to Google Messages."),
    mautrixBluesky: imageReference.default("dock.mau.dev/mautrix/bluesky:v0.2510.0").describe("Image of the bridge to Bluesky."),
    mautrixTelegram: imageReference.default("dock.mau.dev/mautrix/telegram:v0.2608.0").describe("Image of the bridge to Telegram."),
    matterbridge: imageReference
        .default("docker.io/42wim/matterbridge:1.26.0")
        .describe("Image of the bridge to several platforms, bridges.relay."),
    grafana: imageReference
        .optional()
        .describe("Image of Grafana, such as docker.io/grafana/grafana:12.2.0, which shows dashboards. Default: there is none."),
});
