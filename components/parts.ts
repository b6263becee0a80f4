/** The parts of a stack that run on the platform. Every list of them follows from this one: adding a part is one entry. Pure. */
import { type BridgeName, bridgeName, courier, type Platform, platformNames, platforms, runs } from "./bridges/platforms.ts";
import { addressesOf } from "./publishedAddresses.ts";
import type { ParsedSettings } from "./settings/schema/index.ts";

/** The settings that decide which parts a stack has and where they are published; sections with faults are absent. */
interface Sections {
    bridges?: ParsedSettings["bridges"];
    backup?: Pick<ParsedSettings["backup"], "repository">;
    homeserver?: Pick<ParsedSettings["homeserver"], "port"> & NonNullable<Given["homeserver"]>;
    monitoring?: Pick<ParsedSettings["monitoring"], "enabled" | "port" | "dashboardsPort"> & { receivers?: { room?: unknown } };
    images?: { grafana?: string };
    database?: Pick<ParsedSettings["database"], "host" | "port">;
    gateway?: Pick<ParsedSettings["gateway"], "bind" | "bindIpv6" | "httpsPort" | "federationPort" | "httpPort">;
    federation?: Pick<ParsedSettings["federation"], "enabled">;
    turn?: Pick<ParsedSettings["turn"], "enabled" | "bind" | "bindIpv6" | "port" | "tlsPort" | "relayPorts"> & { external?: unknown };
}

/** The settings that decide which parts there are, as a stack's file has them: nothing is filled in. */
interface Given {
    database?: { host?: string };
    turn?: { enabled?: boolean; external?: unknown };
    backup?: { repository?: string; include?: string[] };
    homeserver?: { kind?: string; media?: { scan?: unknown; s3?: unknown } };
    monitoring?: { enabled?: boolean; receivers?: { room?: unknown } };
    images?: { grafana?: string };
    bridges?: Partial<Record<Platform, { enabled?: boolean }>>;
}

export interface HostPort {
    /** Path of the setting that names it. */
    setting: string;
    port: number;
    protocol: "tcp" | "udp";
    /** Address of the host that it is published on. */
    bind: string;
}

export interface Part {
    /** Its job, which is its name everywhere: container, logs, commands, docs. */
    name:
        | "database"
        | "homeserver"
        | "relay"
        | "gateway"
        | "scanner"
        | "media"
        | BridgeName
        | typeof courier.name
        | "wal"
        | "files"
        | "backup"
        | "database-metrics"
        | "host-metrics"
        | "probe"
        | "room-alerts"
        | "alerts"
        | "monitoring"
        | "dashboards";
    /** Its image, by the key of `images` in the settings. Grafana's is not made here. */
    image: keyof ParsedSettings["images"];
    /** Folder of its component. */
    component: string;
    /** Image of another program for the same job, and whether the settings choose it. */
    other?: { image: Part["image"]; chosen(sections: Given): boolean };
    /** The image that is built for it here, where that is not by the same name. */
    built?: "synapse-s3";
    /** Parts that must serve before it starts. */
    after: Part["name"][];
    /** Whether the settings ask for it. */
    wanted(sections: Given): boolean;
    /** Ports of the host that it publishes. */
    ports(sections: Sections): HostPort[];
    /** Prefix of its addresses, before host and port; absent where it publishes none. */
    scheme?: string;
}

const loopback = "127.0.0.1";

/** Port of the stack's own database server on the host, where the settings name none. */
export const databasePort = 55432;

/** Whether the stack runs a relay of its own. */
export function runsRelay({ enabled = true, external }: NonNullable<Given["turn"]>): boolean {
    return enabled && external === undefined;
}

function makesBackups({ backup }: Given): boolean {
    return backup?.repository !== undefined;
}

function isMonitored({ monitoring }: Given): boolean {
    return monitoring?.enabled ?? false;
}

/** A part that publishes nothing. */
function monitor(name: Part["name"], image: Part["image"], after: Part["name"][], wanted = isMonitored): Part {
    return { name, image, component: "components/monitoring", after, wanted, ports: () => [] };
}

function bridge(platform: Platform): Part {
    return {
        name: bridgeName(platform),
        image: platforms[platform].image,
        component: "components/bridges",
        after: ["homeserver"],
        wanted: ({ bridges }) => runs(bridges, platform),
        ports: () => [],
    };
}

/** In the order of starting. */
export const parts: readonly Part[] = [
    {
        name: "database",
        image: "postgres",
        component: "components/database",
        after: [],
        wanted: ({ database }) => database?.host === undefined,
        ports: ({ database }) =>
            database ? [{ setting: "database.port", port: database.port ?? databasePort, protocol: "tcp", bind: loopback }] : [],
        scheme: "postgresql://",
    },
    {
        name: "scanner",
        image: "clamav",
        component: "components/scanner",
        after: [],
        wanted: ({ homeserver }) => homeserver?.media?.scan !== undefined,
        ports: () => [],
    },
    {
        name: "homeserver",
        image: "synapse",
        other: { image: "dendrite", chosen: ({ homeserver }) => homeserver?.kind === "dendrite" },
        component: "components/homeserver",
        after: ["database", "scanner"],
        wanted: () => true,
        ports: ({ homeserver }) =>
            homeserver ? [{ setting: "homeserver.port", port: homeserver.port, protocol: "tcp", bind: loopback }] : [],
        scheme: "http://",
    },
    {
        name: "relay",
        image: "coturn",
        component: "components/turn",
        after: [],
        wanted: ({ turn }) => runsRelay(turn ?? {}),
        ports: ({ turn }) => (turn ? relayPorts(turn) : []),
        scheme: "turn:",
    },
    {
        name: "gateway",
        image: "caddy",
        component: "components/gateway",
        after: ["homeserver"],
        wanted: () => true,
        ports: ({ gateway, federation }) => {
            if (!gateway) return [];
            const { httpsPort, federationPort, httpPort } = gateway;
            // One port may serve clients and servers.
            const ofItsOwn = federation?.enabled !== false && federationPort !== httpsPort;
            return addressesOf(gateway).flatMap((bind) => {
                const published = (setting: string, port: number): HostPort => ({
                    setting: `gateway.${setting}`,
                    port,
                    protocol: "tcp",
                    bind,
                });
                return [
                    published("httpsPort", httpsPort),
                    ...(ofItsOwn ? [published("federationPort", federationPort)] : []),
                    ...(httpPort === undefined ? [] : [published("httpPort", httpPort)]),
                ];
            });
        },
        scheme: "https://",
    },
    {
        name: "media",
        image: "synapse",
        built: "synapse-s3",
        component: "components/media",
        after: ["homeserver"],
        wanted: ({ homeserver }) => homeserver?.media?.s3 !== undefined,
        ports: () => [],
    },
    ...platformNames.map(bridge),
    { ...bridge("relay"), name: courier.name, image: "synapse" },
    {
        name: "wal",
        image: "postgres",
        component: "components/backup",
        after: ["database"],
        wanted: makesBackups,
        ports: () => [],
    },
    {
        name: "files",
        image: "restic",
        component: "components/backup",
        after: [],
        wanted: (given) => makesBackups(given) && (given.backup?.include ?? []).length > 0,
        ports: () => [],
    },
    {
        name: "backup",
        image: "restic",
        component: "components/backup",
        after: ["wal"],
        wanted: makesBackups,
        ports: () => [],
    },
    monitor("database-metrics", "postgresExporter", ["database"]),
    monitor("host-metrics", "nodeExporter", []),
    monitor("probe", "synapse", ["gateway"]),
    monitor("room-alerts", "synapse", ["homeserver"], (given) => isMonitored(given) && given.monitoring?.receivers?.room !== undefined),
    monitor("alerts", "alertmanager", []),
    {
        ...monitor("monitoring", "prometheus", ["alerts"]),
        ports: ({ monitoring }) =>
            monitoring ? [{ setting: "monitoring.port", port: monitoring.port, protocol: "tcp", bind: loopback }] : [],
        scheme: "http://",
    },
    {
        ...monitor("dashboards", "grafana", ["monitoring"], (given) => isMonitored(given) && given.images?.grafana !== undefined),
        ports: ({ monitoring }) =>
            monitoring ? [{ setting: "monitoring.dashboardsPort", port: monitoring.dashboardsPort, protocol: "tcp", bind: loopback }] : [],
        scheme: "http://",
    },
];

function relayPorts(turn: NonNullable<Sections["turn"]>): HostPort[] {
    const { port, tlsPort, relayPorts: range } = turn;
    return addressesOf(turn).flatMap((bind) => [
        { setting: "turn.port", port, protocol: "udp", bind },
        { setting: "turn.port", port, protocol: "tcp", bind },
        { setting: "turn.tlsPort", port: tlsPort, protocol: "tcp", bind },
        ...Array.from({ length: range.max - range.min + 1 }, (_, offset): HostPort => {
            return { setting: "turn.relayPorts", port: range.min + offset, protocol: "udp", bind };
        }),
    ]);
}

/** The parts that the settings ask for. */
export function wantedParts(sections: Given): Part[] {
    const imageOf = ({ image, other }: Part) => (other?.chosen(sections) ? other.image : image);
    return parts.filter((part) => part.wanted(sections)).map((part) => ({ ...part, image: imageOf(part) }));
}

/** Images of all parts, by their keys in `images`; Grafana's, which is not made here, is left out. */
export const partImages = [...new Set(parts.flatMap(({ image, other }) => [image, other?.image ?? image]))].filter(
    (it) => it !== "grafana",
);

/** Every port of the host that a stack publishes. */
export function hostPorts(sections: Sections): HostPort[] {
    return wantedParts(sections).flatMap((part) => part.ports(sections));
}
