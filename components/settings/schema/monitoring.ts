/** The section `monitoring`: metrics, alerts, and who is told. Pure. */
import { z } from "zod";
import { faultInUrl, leadsToThisMachine } from "../../../matrix/httpUrl.ts";
import { faultInRetention } from "../../monitoring/retention.ts";
import { keptEncrypted } from "../configText.ts";
import { named, port } from "./valueTypes.ts";

const mailAddress = z.email({ error: "is not a mail address, such as operators@example.org" });

function faultInSmarthost(text: string): string | undefined {
    if (text.includes("://")) return "is a URL; write host and port alone, such as smtp.example.org:587";
    const [, number] = /^[A-Za-z0-9._-]+:(\d+)$|^\[[0-9a-fA-F:]+\]:(\d+)$/.exec(text) ?? [];
    if (/^[A-Za-z0-9._-]+$/.test(text)) return `has no port; write ${text}:587`;
    return number !== undefined && Number(number) >= 1 && Number(number) <= 65535
        ? undefined
        : "is not a mail server, such as smtp.example.org:587";
}

function faultInWebhook(url: string): string | undefined {
    if (url === keptEncrypted) return undefined;
    const fault = faultInUrl(url, { schemes: ["https", "http"], form: "resource" });
    if (fault !== undefined) return fault;
    return leadsToThisMachine(new URL(url))
        ? "leads to Alertmanager's own container; name the host that takes alerts, as seen from there"
        : undefined;
}

const webhook = z.strictObject({
    url: named(faultInWebhook).describe(
        "URL that alerts are posted to, in Alertmanager's format, as seen from its container. Where the URL is a secret, set it with: pulumi config set --secret --path monitoring.receivers.webhook.url",
    ),
});

const mail = z.strictObject({
    smarthost: named(faultInSmarthost).describe("Mail server and its port, such as smtp.example.org:587."),
    from: mailAddress.describe("Sender."),
    to: z.array(mailAddress).min(1).describe("Recipients."),
    username: z.string().min(1).optional().describe("User name at the mail server. Default: no sign-in."),
    password: z
        .string()
        .min(1)
        .optional()
        .describe("Its password. Set it with: pulumi config set --secret --path monitoring.receivers.mail.password"),
    tls: z.boolean().default(true).describe("Whether the mail server must offer STARTTLS."),
});

const room = z.strictObject({
    room: z.string().min(1).describe("The room, by key of rooms. It cannot be encrypted."),
    bot: z.string().min(1).describe("The bot that writes there, by key of bots. It must be one of the room's members."),
});

export const monitoring = z.strictObject({
    enabled: z
        .boolean()
        .default(false)
        .describe(
            "Whether Prometheus collects metrics of all parts and Alertmanager sends alerts. Turning it on restarts the homeserver and the gateway.",
        ),
    port: port.default(9090).describe("Port of Prometheus, on the Docker host's loopback interface alone."),
    retention: named(faultInRetention).default("15d").describe("How long metrics are kept, such as 15d."),
    dashboardsPort: port
        .default(3000)
        .describe("Port of Grafana, on the Docker host's loopback interface alone, where images.grafana is set."),
    receivers: z
        .strictObject({
            webhook: webhook.optional().describe("A program that takes alerts by HTTP."),
            mail: mail.optional().describe("Mail."),
            room: room
                .optional()
                .describe("A room on this very server, which cannot tell that the server is down: set webhook or mail as well."),
        })
        .prefault({})
        .describe("Who is told of alerts; all that are set are told. Default: nobody, and `status` shows them."),
});
