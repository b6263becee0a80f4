/** The section `monitoring` with its secrets as secret outputs. */
import * as pulumi from "@pulumi/pulumi";
import type { ParsedSettings } from "./schema/index.ts";

type Given = ParsedSettings["monitoring"];
type Mail = NonNullable<Given["receivers"]["mail"]>;

export interface MonitoringSettings extends Omit<Given, "receivers"> {
    /** Whether there is a Grafana. */
    dashboards: boolean;
    receivers: {
        webhook?: { url: pulumi.Output<string> };
        mail?: Omit<Mail, "password"> & { password?: pulumi.Output<string> };
        room?: Given["receivers"]["room"];
    };
}

/** @returns undefined where nothing is monitored */
export function monitoringSettings({ monitoring, images }: Pick<ParsedSettings, "monitoring" | "images">): MonitoringSettings | undefined {
    const { receivers, ...rest } = monitoring;
    if (!rest.enabled) return undefined;
    const { webhook, mail, room } = receivers;
    return {
        ...rest,
        dashboards: images.grafana !== undefined,
        receivers: {
            ...(webhook && { webhook: { url: pulumi.secret(webhook.url) } }),
            ...(mail && { mail: withSecretPassword(mail) }),
            ...(room && { room }),
        },
    };
}

function withSecretPassword({ password, ...mail }: Mail) {
    return { ...mail, ...(password !== undefined && { password: pulumi.secret(password) }) };
}
