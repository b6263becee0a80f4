/** What any homeserver offers to the rest of the program, whichever software it is. */
import type * as pulumi from "@pulumi/pulumi";
import type { Address, Running } from "../platform/platform.ts";

/** Requests and the process that answers them. */
export interface Route {
    /** Path patterns, `*` for any text. */
    paths: string[];
    upstream: Address;
}

export interface Homeserver {
    /** What the gateway passes on, and to which process: the first route that matches counts, and the main process is last. */
    readonly routes: Route[];
    /** URL of the client and administration API from this machine. Fixed, so that a replaced container changes nothing that uses it. */
    readonly administrationUrl: string;
    /** What depends on a homeserver that answers. */
    readonly ready: pulumi.Resource;
    /** Its processes. */
    readonly processes: Running[];
}
