/** A deployed stack as the checks of changes see it: state, data, settings. */
import type { SynapseData } from "../../components/database/synapseData.ts";
import type { Deployed } from "../../components/platform/docker/changes/deployed.ts";
import type { Facts, Wanted } from "../../components/platform/docker/changes/faults.ts";

export const prefix = "matrix-synapse-prod";
export const volumes = [`${prefix}-media`, `${prefix}-postgres`];
export const label = "matrix-synapse.stack";

export const deployed: Deployed = {
    prefix,
    volumes,
    createdVolumes: volumes,
    containers: ["1"],
    protectedData: [],
    secrets: ["database-admin-password", "database-password", "signing-key-seed"],
    serverName: "example.org",
    database: { host: "database", port: 5432, name: "synapse", user: "synapse" },
    createdDatabase: true,
    bots: { irc: "@irc:example.org" },
    tokenGenerations: { irc: 1 },
};
export const onServer: Deployed = {
    ...deployed,
    volumes: [`${prefix}-media`],
    createdVolumes: [`${prefix}-media`],
    database: { host: "db", port: 5432, name: "synapse", user: "synapse" },
};
export const data: SynapseData = {
    schema: { version: 94, compatVersion: 84 },
    stranger: null,
    owned: [
        { service: "irc", localpart: "irc" },
        { service: "irc", localpart: "irc_guest" },
    ],
};
export const wanted: Wanted = {
    project: "matrix-synapse",
    prefix,
    serverName: "example.org",
    kind: "synapse",
    database: { port: 55432, name: "synapse", given: false },
    applicationServices: [{ id: "irc", localpart: "irc", namespace: "irc_" }],
    bots: ["irc"],
    images: { postgres: "postgres:18", synapse: "synapse:old", caddy: "nginx", coturn: "coturn:alpine" },
};
export const facts: Facts = { deployed, volumes, homeserverRuns: true, data };
export const givenThere: Deployed = { ...onServer, createdDatabase: false };
export const ownGiven = { port: 55432, name: "synapse", given: true };
export const existing = { host: "db", port: 5432, name: "synapse", given: false };
