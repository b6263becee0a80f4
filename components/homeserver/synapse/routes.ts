/**
 * Which requests from outside go to Synapse. Pure.
 * Listed one by one, so that what a later Synapse adds beside them (/_synapse/admin, metrics) stays inside.
 */
import type { Address } from "../../platform/platform.ts";
import type { Route } from "../homeserver.ts";

/** @param federation whether other servers are let in */
export function synapseRoutes(main: Address, federation: boolean): Route[] {
    const matrix = federation ? ["/_matrix/*"] : ["/_matrix/client/*", "/_matrix/media/*"];
    return [{ paths: [...matrix, "/_synapse/client/*"], upstream: main }];
}
