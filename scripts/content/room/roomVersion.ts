/** The version of the rooms that are made. */
import type { MatrixClient } from "matrix-bot-sdk";

/** Given explicitly, so that a server with another default makes the same rooms. */
const preferred = "12";

interface Capabilities {
    capabilities?: { "m.room_versions"?: { default?: string; available?: Record<string, string> } };
}

/** By the server's URL: it does not change while this program runs. */
const known = new Map<string, Promise<string>>();

/** @returns 12, or the default of a server that does not know it (Dendrite: 11) */
export function roomVersionOn(client: MatrixClient): Promise<string> {
    const asked = known.get(client.homeserverUrl) ?? ask(client);
    known.set(client.homeserverUrl, asked);
    asked.catch(() => known.delete(client.homeserverUrl));
    return asked;
}

async function ask(client: MatrixClient): Promise<string> {
    const answer: Capabilities = await client.doRequest("GET", "/_matrix/client/v3/capabilities");
    const { available = {}, default: other = preferred } = answer.capabilities?.["m.room_versions"] ?? {};
    return available[preferred] === "stable" ? preferred : other;
}
