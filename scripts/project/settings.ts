/** The few settings that the command line itself looks at, read without starting Pulumi. */
import { parts } from "../../components/parts.ts";
import { readSettings } from "./stackFile.ts";
import { settingsFile } from "./stacks.ts";

export interface StackSettings {
    serverName?: string;
    /** `host` is set for an existing database. */
    database?: { host?: string; port?: number };
    /** `external` is set for a TURN service elsewhere. */
    turn?: { enabled?: boolean; external?: unknown };
    /** `repository` is set where backups are made. */
    backup?: { repository?: string; maxLoss?: number };
}

/**
 * As the stack's file has them, unchecked; none where there is no such file.
 * @throws Failure if the file cannot be read
 */
export function settingsOf(stack: string): StackSettings {
    return readSettings(settingsFile(stack));
}

/** Roles of parts that these settings do not deploy. */
export function leftOut({ database, turn, backup }: StackSettings): Set<string> {
    const missing = parts.filter(
        (part) => !part.wanted({ ...(database && { database }), ...(turn && { turn }), ...(backup && { backup }) }),
    );
    return new Set(missing.map(({ name }) => name));
}
