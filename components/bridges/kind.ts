/** What tells one bridge from another; the component does the rest. Pure. */
import type { DatabaseConnection } from "../database/connections.ts";
import type { Settings } from "../settings/index.ts";
import type { Platform } from "./platforms.ts";

/** A bridge's section of the settings. */
export type BridgeSettings<P extends Platform> = NonNullable<Settings["bridges"][P]>;

/** A channel of the other side, and the room that it is bridged to. */
export interface BridgedChannel {
    roomId: string;
    channel: string;
    /** Network or account of the bridge that the channel is on. */
    network: string;
}

/** Everything that a bridge's configuration is made of. */
export interface BridgeFacts<P extends Platform> {
    serverName: string;
    /** The client API, as the bridge reaches it. */
    homeserverUrl: string;
    settings: BridgeSettings<P>;
    /** User ID of the bridge's own account. */
    botId: string;
    /** User IDs of accounts that may use it, in which * stands for any text. */
    users: string[];
    /** User IDs. */
    admins: string[];
    channels: BridgedChannel[];
    /** Absent where it has none. */
    database?: Omit<DatabaseConnection, "password">;
    secrets: {
        /** With it the bridge acts as its own account (of an application service: as_token). */
        accessToken: string;
        /** With it the homeserver speaks to the bridge; empty where it does not. */
        hsToken: string;
        /** The registration as the homeserver reads it; empty where there is none. */
        registration: string;
        /** With it the bridge acts as its users' accounts; empty where it may not. */
        puppetToken: string;
        /** Those that are generated for it, by their names: see platforms.ts. */
        generated: Record<string, string>;
    };
}

/** Path of the authority that signed the database server's certificate, where that is checked. */
export const databaseAuthority = "/etc/bridge/database-authority.pem";
/** A program of this project. */
export interface Courier<P extends Platform> extends Pick<BridgeKind<P>, "command" | "programs" | "configuration" | "health"> {
    /** Name of its container. */
    name: string;
    entrypoint: string[];
    /** Path of what it keeps, on a volume of its own. */
    data: string;
    /** Limit, in megabytes. */
    memory: number;
}

export interface BridgeKind<P extends Platform> {
    /** Replaces the image's entry point. */
    entrypoint?: string[];
    command: string[];
    /** Programs of this project that run in its container, by path. */
    programs?: Record<string, string>;
    /** Configuration by path. It has secrets in it, so that only the bridge's user can read it. */
    configuration: Record<string, (facts: BridgeFacts<P>) => string>;
    /** Path of what it keeps, on a volume of its own; absent where it keeps nothing. */
    data?: string;
    /** A command that ends with 0 when it serves, and seconds that it takes to start at most. */
    health: { command: string[]; startSeconds: number };
    metrics?: { port: number; path: string };
    /** What stands between it and the homeserver, with the homeserver's image; absent where nothing does. */
    courier?: Courier<P>;
    /** Seconds between the stop signal and the kill. */
    stopSeconds: number;
}
