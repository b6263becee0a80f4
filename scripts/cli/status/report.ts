/** What `status` tells, gathered side by side and without starting Pulumi. */

import { answers } from "../../../components/platform/reachable.ts";
import { type BackupAge, backupAge } from "../../backup/age.ts";
import { type BridgeReport, bridgeHealth, bridgeReports } from "../../checks/bridges/ofStack.ts";
import { federationOf } from "../../checks/federation/ofStack.ts";
import type { Report } from "../../checks/federation/report.ts";
import { type RelayReport, relayReport } from "../../checks/relay/ofStack.ts";
import { leftOut, type StackSettings, settingsOf } from "../../project/settings.ts";
import { type FiringAlert, firingAlerts } from "../../stack/alerts.ts";
import { type Component, componentsOf, expectedRoles, isHealthy } from "../../stack/components.ts";
import { endpointsOf } from "../../stack/endpoints.ts";
import { lastStoreRun, type StoreRun } from "../../stack/fileStore.ts";
import { memoryOf } from "../../stack/memory.ts";
import { homeserverVersion, imageTags, versionOf } from "../../stack/versions.ts";

export interface Status {
    stack: string;
    /** `unhealthy`: something runs, and not all of it is well; `stopped`: nothing runs. */
    state: "healthy" | "unhealthy" | "stopped" | "not installed";
    components: ComponentStatus[];
    /** With --verbose, of a stack of which something runs. */
    federation?: Report;
}

export interface ComponentStatus {
    component: string;
    /** Docker's word (`running`, `exited`, `paused`, …), `missing`, or `external` for an existing database. */
    state: string;
    /**
     * `healthy`, `unhealthy`, `starting`, `not answering`, `not relaying`, `late` (backups), `failing` (media), `alerting` (monitoring, with
     * a critical alert), `not reachable` (a bridge, by the homeserver), `not connected` (a bridge, to a network), or `none` if it does not run.
     */
    health: string;
    version: string | null;
    /** Addresses that lead to it. */
    endpoints: string[];
    /** The relay's own report, if it was asked. */
    relaying?: RelayReport;
    /** How old the backups are. */
    backups?: BackupAge;
    /** The last run of the job that looks after the files in an S3 store. */
    store?: StoreRun;
    /** Of a bridge: whether messages get through. */
    bridge?: BridgeReport;
    /** What monitoring warns of. */
    alerts?: FiringAlert[];
    details?: Details;
}

export interface Details {
    container: string;
    image: string;
    /** Seconds since its start; null if it does not run. */
    uptimeSeconds: number | null;
    memoryBytes: number | null;
    restarts: number;
    limits: { memoryBytes: number | null; processes: number | null };
}

/** Seconds; as the settings have it. */
const defaultMaxLoss = 60;

/** @throws Failure if Docker does not answer */
export async function statusOf(stack: string, verbose: boolean): Promise<Status> {
    const settings = settingsOf(stack);
    const found = await componentsOf(stack);
    const [tags, memory, answer, external, relaying, backups, store, alerts, bridges, federation] = await Promise.all([
        imageTags(found),
        verbose ? memoryOf(found) : new Map<string, number>(),
        homeserverVersion(found),
        externalDatabase(settings),
        relayReport(found, verbose),
        agesOf(found),
        storeRunOf(found),
        alertsOf(found),
        bridgeReports(found),
        verbose ? federationOf(stack, found) : undefined,
    ]);
    const rows = found.map((component): ComponentStatus => {
        const { role, inspected } = component;
        const tag = tags.get(inspected.Image);
        const bridge = bridges.get(role);
        return {
            component: role,
            state: inspected.State.Status,
            health: healthBySelf(role, { relaying, backups, store, alerts, bridge }, settings) ?? healthOf(component, answer),
            version: (role === "homeserver" && answer) || versionOf(inspected, tag),
            endpoints: endpointsOf(role, inspected),
            ...(role === "relay" && relaying && { relaying }),
            ...(role === "backup" && backups && { backups }),
            ...(role === "media" && store && { store }),
            ...(role === "monitoring" && alerts && { alerts }),
            ...(bridge && { bridge }),
            ...(verbose && { details: detailsOf(component, tag, memory.get(inspected.Id)) }),
        };
    });
    if (found.length > 0) rows.push(...missing(found, settings));
    return { stack, state: overall(found, rows), components: external ? [external, ...rows] : rows, ...(federation && { federation }) };
}

async function agesOf(found: Component[]): Promise<BackupAge | undefined> {
    const backup = found.find(({ role, inspected }) => role === "backup" && inspected.State.Running);
    return backup && backupAge(backup.container);
}

async function storeRunOf(found: Component[]): Promise<StoreRun | undefined> {
    const media = found.find(({ role, inspected }) => role === "media" && inspected.State.Running);
    return media && lastStoreRun(media.container);
}

async function alertsOf(found: Component[]): Promise<FiringAlert[] | undefined> {
    const monitoring = found.find(({ role, inspected }) => role === "monitoring" && inspected.State.Running);
    return monitoring && firingAlerts(monitoring.container);
}

/** What a component itself says that is worse than Docker's word for it. */
export function healthBySelf(
    role: string,
    { relaying, backups, store, alerts, bridge }: Pick<ComponentStatus, "relaying" | "backups" | "store" | "alerts" | "bridge">,
    { backup }: StackSettings,
): string | undefined {
    if (bridge) return bridgeHealth(bridge);
    if (role === "relay" && relaying?.reason) return "not relaying";
    if (role === "media" && store?.fault) return "failing";
    if (role === "monitoring" && alerts?.some(({ severity }) => severity === "critical")) return "alerting";
    const late = backups && (backups.storedSeconds ?? 0) > (backup?.maxLoss ?? defaultMaxLoss);
    return role === "backup" && late ? "late" : undefined;
}

/** `answer`: the homeserver's own version; undefined where it was not asked, null where it gave none. */
function healthOf(component: Component, answer: string | null | undefined): string {
    const { State } = component.inspected;
    if (!State.Running) return "none";
    if (State.Paused) return "not answering";
    if (component.role === "homeserver" && answer === null && isHealthy(component)) return "not answering";
    return State.Health?.Status ?? "unknown";
}

function missing(found: Component[], settings: StackSettings): ComponentStatus[] {
    const present = new Set([...found.map(({ role }) => role), ...leftOut(settings)]);
    return expectedRoles
        .filter((role) => !present.has(role))
        .map((role) => ({ component: role, state: "missing", health: "none", version: null, endpoints: [] }));
}

async function externalDatabase({ database }: StackSettings): Promise<ComponentStatus | undefined> {
    if (!database?.host) return undefined;
    const port = database.port ?? 5432;
    const reachable = await answers(database.host, port, 1500);
    return {
        component: "database",
        state: "external",
        health: reachable ? "healthy" : "not answering",
        version: null,
        endpoints: [`postgresql://${database.host}:${port}`],
    };
}

function overall(found: Component[], rows: ComponentStatus[]): Status["state"] {
    if (found.length === 0) return "not installed";
    if (!found.some(({ inspected }) => inspected.State.Running)) return "stopped";
    return rows.every(({ health }) => health === "healthy") ? "healthy" : "unhealthy";
}

function detailsOf({ container, inspected }: Component, tag: string | undefined, memoryBytes: number | undefined): Details {
    const { State, HostConfig } = inspected;
    return {
        container,
        image: tag ?? inspected.Image,
        uptimeSeconds: State.Running ? Math.round((Date.now() - Date.parse(State.StartedAt)) / 1000) : null,
        memoryBytes: memoryBytes ?? null,
        restarts: inspected.RestartCount,
        limits: {
            memoryBytes: HostConfig.Memory || null,
            processes: HostConfig.Ulimits?.find(({ Name }) => Name === "nproc")?.Hard ?? null,
        },
    };
}
