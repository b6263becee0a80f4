/** What an update that was killed had begun and not finished, by the word of the state, and how each is put right. */

export interface PendingOperation {
    type: "creating" | "updating" | "deleting" | "reading" | "importing";
    resource: { urn: string; type: string; id?: string; inputs?: Record<string, unknown> };
}

export interface Repairs {
    /** Half-made containers and networks. A second create would fail on their names; they hold no data. */
    remove: { kind: "container" | "network"; name: string }[];
    /** Roles and databases that may have been made: they are taken into the state if they exist. */
    adopt: { urn: string; id: string }[];
    /** Resources whose update or deletion may have happened: the state reads them anew. */
    reread: string[];
}

/**
 * Whatever is not named here is made again by the next update: random values never left the CLI, a volume that
 * exists is used as it is, and this project's commands may run twice.
 */
export function repairsFor(operations: PendingOperation[]): Repairs {
    const repairs: Repairs = { remove: [], adopt: [], reread: [] };
    for (const { type, resource } of operations) {
        const name = resource.inputs?.name;
        if (type !== "creating") {
            if (/^(docker|postgresql):/.test(resource.type)) {
                repairs.reread.push(resource.urn);
            }
        } else if (typeof name !== "string") {
            // Nothing outside has a name to be found by.
        } else if (resource.type === "docker:index/container:Container") {
            repairs.remove.push({ kind: "container", name });
        } else if (resource.type === "docker:index/network:Network") {
            repairs.remove.push({ kind: "network", name });
        } else if (/^postgresql:index\/(role|database):/.test(resource.type)) {
            repairs.adopt.push({ urn: resource.urn, id: name });
        }
    }
    return repairs;
}

/** "2 creating, 1 deleting" */
export function countByType(operations: PendingOperation[]): string {
    const counts = new Map<string, number>();
    for (const { type } of operations) {
        counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return [...counts].map(([type, count]) => `${count} ${type}`).join(", ");
}
