/** What an existing database server needs. Pure. */
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInDatabase({ database }: Sections): Fault[] {
    if (!database?.host || database.adminPassword) return [];
    return [{ path: "database.adminPassword", message: "is missing; run: pulumi config set --secret --path database.adminPassword" }];
}
