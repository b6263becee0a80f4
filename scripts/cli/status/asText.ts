/** `status` for people. */
import type { BackupAge } from "../../backup/age.ts";
import type { BridgeReport } from "../../checks/bridges/ofStack.ts";
import { reportText } from "../../checks/federation/report.ts";
import { relayRemarks } from "../../checks/relay/ofStack.ts";
import { table } from "../../project/table.ts";
import type { FiringAlert } from "../../stack/alerts.ts";
import type { StoreRun } from "../../stack/fileStore.ts";
import type { ComponentStatus, Status } from "./report.ts";

export function asText({ stack, state, components, federation }: Status): string {
    if (state === "not installed") return `Stack ${stack} is not installed; run: resource-matrix-synapse manage install --stack ${stack}`;
    const verbose = components.some(({ details }) => details);
    const head = [
        "COMPONENT",
        "STATE",
        "HEALTH",
        "VERSION",
        "ADDRESS",
        ...(verbose ? ["UPTIME", "MEMORY", "RESTARTS", "PROCESSES", "IMAGE"] : []),
    ];
    const rows = components.map((row) => [
        row.component,
        row.state,
        row.health,
        row.version ?? "-",
        row.endpoints.join(" ") || "-",
        ...(verbose ? detailCells(row) : []),
    ]);
    const remarks = components.flatMap(({ component, relaying, backups, store, alerts, bridge }) => [
        ...(relaying ? relayRemarks(component, relaying) : []),
        ...(backups ? backupRemarks(component, backups, stack) : []),
        ...(store ? [storeRemark(component, store)] : []),
        ...(bridge ? [bridgeRemark(component, bridge)] : []),
        ...(alerts ?? []).map((alert) => `${component}: ${alert.name}, ${alert.severity}, ${ageOf(alert)}: ${alert.summary}`),
    ]);
    const parts = [`Stack ${stack}: ${state}`, table([head, ...rows]), remarks.join("\n"), federation ? reportText(federation) : ""];
    return parts.filter(Boolean).join("\n\n");
}

function backupRemarks(component: string, { storedSeconds, verifiedSeconds, fault }: BackupAge, stack: string): string[] {
    const verify = `resource-matrix-synapse content execute --name verify --stack ${stack}`;
    const stored =
        storedSeconds === null
            ? "nothing is in the repository yet"
            : `everything up to ${duration(storedSeconds)} ago is in the repository`;
    const verified = verifiedSeconds === null ? `never verified: ${verify}` : `verified ${duration(verifiedSeconds)} ago`;
    return [`${component}: ${fault ? `${fault}; ` : ""}${stored}; ${verified}`];
}

function storeRemark(component: string, { endedSeconds, uploaded, freed, deleted, forgotten, fault }: StoreRun): string {
    const ago = `the last run ended ${duration(endedSeconds)} ago`;
    if (fault) return `${component}: ${ago} and failed: ${fault}`;
    return `${component}: ${ago}: ${uploaded} files uploaded, ${freed} freed, ${deleted} deleted, ${forgotten} kept that nothing refers to`;
}

function bridgeRemark(component: string, { pingMilliseconds, fault, networks = {}, receivedSeconds, sentSeconds }: BridgeReport): string {
    const answered = pingMilliseconds === null ? [] : [`answered the homeserver in ${pingMilliseconds} ms`];
    const states = Object.entries(networks).map(([network, state]) => `${network}: ${state}`);
    const last = (what: string, seconds: number | null) => (seconds === null ? [] : [`last message ${what} ${duration(seconds)} ago`]);
    const facts = [...(fault ? [fault] : answered), ...states, ...last("received", receivedSeconds), ...last("sent", sentSeconds)];
    return `${component}: ${facts.join("; ") || "tells nothing of itself"}`;
}

function ageOf({ since }: FiringAlert): string {
    return `for ${duration(Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000)))}`;
}

function detailCells({ details }: ComponentStatus): string[] {
    if (!details) return ["-", "-", "-", "-", "-"];
    const { uptimeSeconds, memoryBytes, limits, restarts, image } = details;
    return [
        uptimeSeconds === null ? "-" : duration(uptimeSeconds),
        `${megabytes(memoryBytes)} of ${megabytes(limits.memoryBytes)}`,
        `${restarts}`,
        `at most ${limits.processes ?? "any"}`,
        image,
    ];
}

function megabytes(bytes: number | null): string {
    return bytes === null ? "-" : `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/** The two largest units: "3 d 4 h", "12 s". */
export function duration(seconds: number): string {
    const units = [
        [Math.floor(seconds / 86400), "d"],
        [Math.floor(seconds / 3600) % 24, "h"],
        [Math.floor(seconds / 60) % 60, "min"],
        [seconds % 60, "s"],
    ] as const;
    const first = units.findIndex(([count]) => count > 0);
    if (first < 0) return "0 s";
    return units
        .slice(first, first + 2)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(" ");
}
