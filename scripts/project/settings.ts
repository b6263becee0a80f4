/** The few settings that the command line itself looks at, read without starting Pulumi. */
import type { Platform } from "../../components/bridges/platforms.ts";
import { type Part, parts, wantedParts } from "../../components/parts.ts";
import { readSettings } from "./stackFile.ts";
import { settingsFile } from "./stacks.ts";

export interface StackSettings {
    serverName?: string;
    /** `host` is set for an existing database. */
    database?: { host?: string; port?: number };
    /** `external` is set for a TURN service elsewhere. */
    turn?: { enabled?: boolean; external?: unknown };
    /** `repository` is set where backups are made, `include` where they have directories of the host in them. */
    backup?: { repository?: string; include?: string[]; maxLoss?: number };
    /** `kind` is its program; `scan` is set where files are scanned for malware, `s3` where they are stored in an S3 store. */
    homeserver?: { kind?: string; media?: { scan?: unknown; s3?: unknown } };
    monitoring?: { enabled?: boolean; receivers?: { room?: unknown } };
    /** By platform. */
    bridges?: Partial<Record<Platform, { enabled?: boolean }>>;
    /** `grafana` is set where there are dashboards. */
    images?: { grafana?: string } & Record<string, string>;
}

/**
 * As the stack's file has them, unchecked; none where there is no such file.
 * @throws Failure if the file cannot be read
 */
export function settingsOf(stack: string): StackSettings {
    return asMeant(readSettings(settingsFile(stack)));
}

/** As the program takes them (components/settings/meant.ts, which takes longer to load): an empty value is none, "false" is false. */
export function asMeant(settings: Record<string, unknown>): StackSettings {
    return meant(settings) as StackSettings;
}

function meant(value: unknown): unknown {
    if (value === "true" || value === "false") return value === "true";
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, meant(inner)]])));
}

/** The parts that the stack's file asks for. */
export function partsOf(stack: string): Part[] {
    return wantedParts(settingsOf(stack));
}

/** Roles of parts that these settings do not deploy. */
export function leftOut(settings: StackSettings): Set<string> {
    return new Set(parts.filter((part) => !part.wanted(settings)).map(({ name }) => name));
}
