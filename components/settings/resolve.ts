/** Settings with what depends on other settings filled in, and secrets as secret outputs. */
import * as pulumi from "@pulumi/pulumi";
import { delegationOf, gatewayHost } from "./delegation.ts";
import type { ParsedSettings } from "./schema/index.ts";

/** What components get: every default filled in, derived values resolved, secrets as secret outputs. */
export type Settings = Omit<ParsedSettings, "database" | "homeserver" | "gateway" | "federation"> & {
    homeserver: ParsedSettings["homeserver"] & { publicUrl: string };
    gateway: Omit<ParsedSettings["gateway"], "certificate" | "authority"> & {
        host: string;
        certificate?: { chain: string; key: pulumi.Output<string> };
        authority?: { certificate: string; key: pulumi.Output<string> };
    };
    federation: ParsedSettings["federation"] & { delegation: "wellKnown" | "srv" | "none" };
    database: Omit<ParsedSettings["database"], "adminPassword"> & { port: number; adminPassword?: pulumi.Output<string> };
};

const defaultPorts = { existingDatabase: 5432, ownDatabase: 55432, https: 443 };

/** Fills in what depends on other settings. */
export function resolve(settings: ParsedSettings): Settings {
    const { adminPassword, ...database } = settings.database;
    const { certificate, authority, ...gateway } = settings.gateway;
    const host = gatewayHost(settings);
    return {
        ...settings,
        users: {
            ...settings.users,
            [settings.administrator]: {
                deactivated: false,
                onDelete: "deactivate",
                ...settings.users[settings.administrator],
                admin: true,
            },
        },
        homeserver: { ...settings.homeserver, publicUrl: settings.homeserver.publicUrl?.replace(/\/$/, "") ?? publicUrl(host, gateway) },
        gateway: {
            ...gateway,
            host,
            ...(certificate && { certificate: { ...certificate, key: pulumi.secret(certificate.key) } }),
            ...(authority && { authority: { ...authority, key: pulumi.secret(authority.key) } }),
        },
        federation: { ...settings.federation, delegation: delegationOf(settings) },
        database: {
            ...database,
            port: database.port ?? (database.host ? defaultPorts.existingDatabase : defaultPorts.ownDatabase),
            ...(adminPassword === undefined ? {} : { adminPassword: pulumi.secret(adminPassword) }),
        },
    };
}

function publicUrl(host: string, { httpsPort }: Pick<Settings["gateway"], "httpsPort">): string {
    return `https://${host}${httpsPort === defaultPorts.https ? "" : `:${httpsPort}`}`;
}
