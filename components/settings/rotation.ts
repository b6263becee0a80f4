/**
 * The generated secrets that can be replaced, each by a new generation: what a replacement costs, and where there is nothing to replace. Pure.
 * The password seed is not among them: everybody's first password follows from it.
 */
import type { Settings } from "./index.ts";

type Asked = Pick<Settings, "rotation" | "administrator"> & {
    users: Record<string, { password?: unknown }>;
    database: { host?: unknown; password?: unknown };
    homeserver: { signingKey?: unknown };
    turn: Pick<Settings["turn"], "own">;
    backup?: unknown;
    bots: Record<string, { deactivated: boolean }>;
};

export type RotatedSecret = Exclude<keyof Settings["rotation"], "bots" | "bridges">;

interface Rotatable {
    secret: RotatedSecret;
    /** Logical name of its first generation's resource. */
    resource: string;
    /** What a rotation costs users. */
    cost: string;
    /** Why these settings have no such secret, and what to do instead. */
    absent?(asked: Asked): string | undefined;
}

export const rotatables: readonly Rotatable[] = [
    {
        secret: "databasePassword",
        resource: "database-password",
        cost: "the homeserver restarts; clients wait some seconds, and no session is lost",
        absent: ({ database }) =>
            database.password === undefined ? undefined : "database.password is given: change it on the server, and set the new one there",
    },
    {
        secret: "databaseAdminPassword",
        resource: "database-admin-password",
        cost: "the database restarts; requests fail for some seconds, and no session is lost",
        absent: ({ database }) =>
            database.host === undefined
                ? undefined
                : "database.host is an existing server: change the password there, and set the new one as database.adminPassword",
    },
    {
        secret: "turnSharedSecret",
        resource: "turn-shared-secret",
        cost: "relay and homeserver restart: calls through the relay are interrupted and reconnect, with the credentials that they have, which stay valid; no session is lost",
        absent: ({ turn }) => (turn.own ? undefined : "this stack runs no relay; a secret of turn.external is rotated there"),
    },
    {
        secret: "registrationSharedSecret",
        resource: "registration-shared-secret",
        cost: "the homeserver restarts; scripts that create accounts need the new secret, and no session is lost",
    },
    {
        secret: "macaroonSecretKey",
        resource: "macaroon-secret-key",
        cost: "the homeserver restarts; links in mails that turn notifications off stop working, a single sign-on that is under way must be begun again, and no session is lost",
    },
    {
        secret: "formSecret",
        resource: "form-secret",
        cost: "the homeserver restarts; links to consent forms that were sent stop working, and no session is lost",
    },
    {
        secret: "signingKey",
        resource: "signing-key-seed",
        cost: "the homeserver restarts; other servers fetch the new key by themselves and check earlier messages by the old one, which stays published; no session is lost",
        absent: ({ homeserver }) =>
            homeserver.signingKey === undefined
                ? undefined
                : "homeserver.signingKey is given: set another there, and enter the old one in homeserver.oldSigningKeys",
    },
    {
        secret: "administratorPassword",
        resource: "administrator-password",
        cost: "the administrator signs in with the new one; sessions of the account go on",
        absent: ({ users, administrator }) =>
            users[administrator]?.password === undefined ? undefined : `users.${administrator}.password is given: set another there`,
    },
    {
        secret: "backupPassword",
        resource: "backup-password",
        cost: "users notice nothing; all earlier backups open with the new password and no longer with the old one: keep the new one where the server is not",
        absent: ({ backup }) => (backup === undefined ? "this stack makes no backups; set backup.repository first" : undefined),
    },
];

const botCost = (key: string, service: boolean): string =>
    service
        ? `the homeserver restarts, and refuses ${key} until its program has both new tokens`
        : `nothing at once: its program may use the old token until the next rotation; earlier tokens, and other devices of the account, are signed out`;

/** Logical name of a secret's resource. The first generation has the name that every secret had before there were others. */
export function generationName(resource: string, generation: number): string {
    return generation === 1 ? resource : `${resource}-${generation}`;
}

/** What the stack's state has. */
export interface DeployedGenerations {
    /** Logical names of its generated secrets. */
    secrets: readonly string[];
    /** By key. */
    bots: Record<string, number>;
}

interface Step {
    /** Path of the setting. */
    path: string;
    wanted: number;
    /** 0: there is none yet. */
    deployed: number;
    cost: string;
    absent?: string;
}

function steps(asked: Asked & Pick<Settings, "applicationServices">, deployed: DeployedGenerations): Step[] {
    const { bots, bridges, ...rotation } = asked.rotation;
    const services = new Set(asked.applicationServices.map(({ id }) => id));
    const bridged = asked.applicationServices.filter(({ generation }) => generation.of === "bridges");
    return [
        ...rotatables.map(({ secret, resource, cost, absent }) => ({
            path: `rotation.${secret}`,
            wanted: rotation[secret],
            deployed: newest(deployed.secrets, resource),
            cost,
            absent: absent?.(asked),
        })),
        // A bot that is left out is of the first generation: a line taken out is a way back, too.
        ...Object.entries(asked.bots).map(([key, { deactivated }]) => ({
            path: `rotation.bots.${key}`,
            wanted: bots[key] ?? 1,
            deployed: deployed.bots[key] ?? 0,
            cost: botCost(key, services.has(key)),
            absent: deactivated ? `bot ${key} is deactivated, and has no token` : undefined,
        })),
        ...bridged.map(({ id, generation: { key } }) => ({
            path: `rotation.bridges.${key}`,
            wanted: bridges[key] ?? 1,
            deployed: newest(deployed.secrets, `application-service-${id}-as-token`),
            cost: `homeserver and bridge restart; messages wait some seconds, and no session is lost`,
        })),
    ];
}

function newest(names: readonly string[], resource: string): number {
    const generations = names.flatMap((name) => {
        if (name === resource) return [1];
        const number = name.startsWith(`${resource}-`) ? Number(name.slice(resource.length + 1)) : Number.NaN;
        return Number.isInteger(number) ? [number] : [];
    });
    return Math.max(0, ...generations);
}

/** One line for each generation that cannot follow the one in use. */
export function rotationFaults(...of: Parameters<typeof steps>): string[] {
    return steps(...of).flatMap(({ path, wanted, deployed, absent }) => {
        const inUse = Math.max(1, deployed);
        if (wanted < deployed)
            return [
                `${path}: is ${wanted}, and generation ${deployed} is in use; an earlier one never comes back: set ${deployed}, or ${deployed + 1} for a new one`,
            ];
        if (wanted > inUse && absent !== undefined) return [`${path}: is ${wanted}, but ${absent}`];
        if (deployed > 0 && wanted > deployed + 1)
            return [`${path}: is ${wanted}, and generation ${deployed} is in use; the next one is ${deployed + 1}`];
        return [];
    });
}

/** One line for each secret that will be replaced, with what that costs. */
export function rotationCosts(...of: Parameters<typeof steps>): string[] {
    return steps(...of)
        .filter(({ wanted, deployed }) => deployed > 0 && wanted > deployed)
        .map(({ path, wanted, deployed, cost }) => `${path}: generation ${wanted} takes the place of ${deployed}: ${cost}`);
}
