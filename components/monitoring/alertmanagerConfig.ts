/** Alertmanager's configuration: who is told. Pure. Source: https://prometheus.io/docs/alerting/0.25/configuration/ */
import { stringify } from "yaml";

export const paths = { config: "/run/secrets/alertmanager.yml", data: "/alertmanager" };

export const alertmanagerPort = 9093;

export interface Receivers {
    webhook?: { url: string };
    mail?: { smarthost: string; from: string; to: string[]; username?: string; password?: string; tls: boolean };
    /** URL of the program that writes into a room. */
    room?: { url: string };
}

/** A secret: the URL of a webhook may be one, and it has no file of its own in this version. */
export function alertmanagerYaml({ webhook, mail, room }: Receivers): string {
    const webhooks = [webhook, room].flatMap((one) => (one ? [{ url: one.url }] : []));
    const receiver = {
        name: "operators",
        ...(webhooks.length > 0 && { webhook_configs: webhooks }),
        ...(mail && { email_configs: mail.to.map((to) => mailTo(to, mail)) }),
    };
    return stringify(
        {
            // What fires together is told together, and again every four hours.
            route: { receiver: receiver.name, group_by: ["alertname"], group_wait: "10s", group_interval: "1m", repeat_interval: "4h" },
            receivers: [receiver],
        },
        { lineWidth: 0, aliasDuplicateObjects: false },
    );
}

function mailTo(to: string, { smarthost, from, username, password, tls }: NonNullable<Receivers["mail"]>) {
    return {
        to,
        from,
        smarthost,
        require_tls: tls,
        send_resolved: true,
        ...(username !== undefined && { auth_username: username, auth_password: password }),
    };
}
