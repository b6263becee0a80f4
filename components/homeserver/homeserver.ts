/** The interface of any homeserver, whichever software it is. */
import type * as pulumi from "@pulumi/pulumi";
import type { Address, Running, Volume } from "../platform/platform.ts";

/** Requests and the process that answers them. */
export interface Route {
    /** Path patterns, `*` for any text. */
    paths: string[];
    upstream: Address;
}

export interface Homeserver {
    /** Requests that the gateway passes on, and the process that answers them. The first match wins; the main process comes last. */
    readonly routes: Route[];
    /** URL of the client and administration API from this machine. Fixed, so that a replaced container changes nothing that uses it. */
    readonly administrationUrl: string;
    /** Dependency of everything that needs a homeserver that answers. */
    readonly ready: pulumi.Resource;
    /** The resource that holds its data, for `deletedWith`: when it is deleted, nothing in it needs deleting first. */
    readonly data: pulumi.Resource;
    /** What people have uploaded, and its thumbnails. */
    readonly media: Volume;
    /** Its processes. */
    readonly processes: Running[];
}
