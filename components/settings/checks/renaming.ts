/** Renamed keys: the previous key must be free, and an account keeps its user ID. Pure. */
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInRenaming(sections: Sections): Fault[] {
    const faults: Fault[] = [];
    for (const section of ["users", "bots", "rooms", "spaces"] as const) {
        const entries: Record<string, { formerly?: string; localpart?: string }> = sections[section] ?? {};
        const successors = new Map<string, string>();
        for (const [key, { formerly, localpart }] of Object.entries(entries)) {
            if (formerly === undefined) continue;
            const path = `${section}.${key}`;
            const other = successors.get(formerly);
            if (other !== undefined)
                faults.push({
                    path: `${path}.formerly`,
                    message: `${JSON.stringify(formerly)} is the former key of ${other} as well; only one entry can take its place`,
                });
            successors.set(formerly, path);
            if (Object.hasOwn(entries, formerly))
                faults.push({ path: `${path}.formerly`, message: `${JSON.stringify(formerly)} is still declared under ${section}` });
            if ((section === "users" || section === "bots") && localpart === undefined)
                faults.push({ path: `${path}.localpart`, message: `is missing: a user ID cannot be renamed; add localpart: ${formerly}` });
        }
    }
    return faults;
}
