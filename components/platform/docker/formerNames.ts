/**
 * Names that things had before children were named after their parents and parts after their jobs. A stack that was deployed then
 * keeps what it has: an alias leads from the former logical name, and a volume keeps the name under which its data is.
 */
const containers: Record<string, string> = { database: "postgres", homeserver: "synapse", relay: "coturn", gateway: "caddy" };
const volumes: Record<string, string> = {
    "database-data": "postgres",
    "homeserver-media": "media",
    "certificate-storage": "certificates",
};

/** @returns the former logical name of a container, as aliases of its resource */
export function containerAliases(name: string): { name: string }[] {
    return aliases(containers[name]);
}

/** @returns the former logical name of a volume, as aliases of its resource */
export function volumeAliases(name: string): { name: string }[] {
    return aliases(volumes[name]);
}

/** Under another name a volume would be a new and empty one. */
export function volumeRole(name: string): string {
    return volumes[name] ?? name;
}

function aliases(formerly: string | undefined): { name: string }[] {
    return formerly === undefined ? [] : [{ name: formerly }];
}
