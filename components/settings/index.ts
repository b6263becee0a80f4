/** The stack's configuration: the only reader of pulumi.Config. */
import * as pulumi from "@pulumi/pulumi";
import { databasePort } from "../parts.ts";
import { fromConfigText } from "./configText.ts";
import { certificateHosts, delegationOf, gatewayHost } from "./delegation.ts";
import { parseSettings } from "./parse.ts";
import { readPicture, withPictures } from "./pictures.ts";
import type { ParsedSettings } from "./schema/schema.ts";

/** Settings with every default filled in, derived values resolved and secrets as secret outputs. */
export type Settings = Omit<ParsedSettings, "database" | "homeserver" | "gateway" | "federation"> & {
    /** User ID of the administrator. */
    administratorId: string;
    /** The bots that are application services. */
    applicationServices: ApplicationServiceSettings[];
    homeserver: ParsedSettings["homeserver"] & { publicUrl: string };
    gateway: Omit<ParsedSettings["gateway"], "certificate" | "authority"> & {
        host: string;
        /** Host names that the certificate must be for; the first is the gateway's own. */
        hosts: string[];
        certificate?: { chain: string; key: pulumi.Output<string> };
        authority?: { certificate: string; key: pulumi.Output<string> };
    };
    federation: ParsedSettings["federation"] & { delegation: "wellKnown" | "srv" | "none" };
    database: Omit<ParsedSettings["database"], "adminPassword"> & { port: number; adminPassword?: pulumi.Output<string> };
};

/** A bot that is an application service, as the homeserver is told of it. */
export interface ApplicationServiceSettings {
    /** Key of the bot. */
    id: string;
    localpart: string;
    namespace: string;
    url?: string;
}

/** @throws RunError with one line for every fault, before any resource is registered */
export function loadSettings(): Settings {
    const project = pulumi.getProject();
    const prefix = `${project}:`;
    const raw = Object.fromEntries(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, text]) => [key.slice(prefix.length), fromConfigText(text)]),
    );
    const { settings, faults } = withPictures(parseSettings(raw), readPicture);
    if (!settings) {
        throw new pulumi.RunError(
            [
                "The settings of this stack have faults; nothing was changed.",
                ...faults.map(({ path, message }) => `  ${prefix}${path}: ${message}`),
            ].join("\n"),
        );
    }
    return resolve(settings);
}

/** Fills in what depends on other settings. */
export function resolve(settings: ParsedSettings): Settings {
    const { adminPassword, ...database } = settings.database;
    const { certificate, authority, ...gateway } = settings.gateway;
    const host = gatewayHost(settings);
    const port = settings.gateway.httpsPort === 443 ? "" : `:${settings.gateway.httpsPort}`;
    return {
        ...settings,
        administratorId: userIdOf(settings, settings.administrator),
        applicationServices: applicationServicesIn(settings),
        users: {
            ...settings.users,
            [settings.administrator]: {
                deactivated: false,
                onDelete: "deactivate",
                ...settings.users[settings.administrator],
                admin: true,
            },
        },
        homeserver: { ...settings.homeserver, publicUrl: (settings.homeserver.publicUrl ?? `https://${host}${port}`).replace(/\/$/, "") },
        gateway: {
            ...gateway,
            host,
            hosts: certificateHosts(settings),
            ...(certificate && { certificate: { ...certificate, key: pulumi.secret(certificate.key) } }),
            ...(authority && { authority: { ...authority, key: pulumi.secret(authority.key) } }),
        },
        federation: { ...settings.federation, delegation: delegationOf(settings) },
        database: {
            ...database,
            port: database.port ?? (database.host ? 5432 : databasePort),
            ...(adminPassword === undefined ? {} : { adminPassword: pulumi.secret(adminPassword) }),
        },
    };
}

/** @param key of users or bots */
export function userIdOf({ serverName, users, bots }: Pick<Settings, "serverName" | "users" | "bots">, key: string): string {
    return `@${(users[key] ?? bots[key])?.localpart ?? key}:${serverName}`;
}

/** The bots that are application services, as the homeserver is told of them. */
function applicationServicesIn({ bots }: Pick<Settings, "bots">): ApplicationServiceSettings[] {
    return Object.entries(bots).flatMap(([id, { localpart = id, appservice }]) => (appservice ? [{ id, localpart, ...appservice }] : []));
}
