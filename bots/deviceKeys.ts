/** A device's identity keys, by which the server and other users know it. They must not change. */
import type { MatrixClient } from "matrix-bot-sdk";

/** Client-server API, POST /keys/upload. */
export interface KeysUpload {
    device_keys?: { keys: Record<string, string> };
}

interface QueriedKeys {
    device_keys?: Record<string, Record<string, { keys: Record<string, string> }>>;
}

/** @returns the device's Ed25519 key as the server has it, in base64, or undefined where it has none */
export async function onServer(client: MatrixClient, userId: string, deviceId: string): Promise<string | undefined> {
    const body = { device_keys: { [userId]: [deviceId] } };
    const answer: QueriedKeys = await client.doRequest("POST", "/_matrix/client/v3/keys/query", null, body);
    return answer.device_keys?.[userId]?.[deviceId]?.keys[`ed25519:${deviceId}`];
}

/** The store's keys and the server's are not the same. Nothing was uploaded. */
export class OtherDeviceKeys extends Error {
    constructor(userId: string, deviceId: string, directory: string, found: string | undefined) {
        const server =
            found === undefined
                ? `the server no longer has the keys of device ${deviceId} of ${userId} that are in ${directory}`
                : `device ${deviceId} of ${userId} has encryption keys on the server that are not those in ${directory}`;
        super(`${server}; bring back the store that made them, or sign in as a fresh device (signInFreshDevice) with a new store`);
    }
}
