/** What any homeserver offers to the rest of the program, whichever software it is. */
import type * as pulumi from "@pulumi/pulumi";

export interface Homeserver {
    /** Host and port of the client, server and admin API inside the platform's network. */
    readonly upstream: { host: string; port: number };
    /** URL of the same from this machine. Fixed, so that a replaced container changes nothing that uses it. */
    readonly localUrl: string;
    /** What depends on a homeserver that answers. */
    readonly ready: pulumi.Resource;
}
