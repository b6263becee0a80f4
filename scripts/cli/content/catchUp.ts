/** What a device must know before it encrypts: which devices others have by now. */
import type { MatrixClient } from "matrix-bot-sdk";

type SyncData = Parameters<MatrixClient["crypto"]["updateSyncData"]>;

interface SyncAnswer {
    next_batch: string;
    to_device?: { events: SyncData[0] };
    device_one_time_keys_count?: SyncData[1];
    device_unused_fallback_key_types?: SyncData[2];
    device_lists?: { changed?: string[]; left?: string[] };
}

const none = { types: [] };
/** Rooms are not left out whole: who has newly joined them counts as a change of devices. */
const filter = JSON.stringify({
    presence: none,
    account_data: none,
    room: { timeline: { ...none, limit: 1 }, state: none, ephemeral: none, account_data: none },
});

/** This command's own place in the stream: that of a bot whose program uses the same store is left where it is. */
const placeKey = "resource-matrix-synapse.since";

/**
 * A process that runs all the time learns it from its syncs; one that only sends would go on with the devices of its first
 * message, and who signed in since could not read it.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#tracking-the-device-list-for-a-user
 */
export async function catchUp(bot: MatrixClient): Promise<void> {
    const { storageProvider: store } = bot;
    const since = (await store.readValue(placeKey)) ?? (await store.getSyncToken());
    const query = { timeout: 0, filter, set_presence: "offline", ...(since && { since }) };
    const answer = (await bot.doRequest("GET", "/_matrix/client/v3/sync", query)) as SyncAnswer;
    const { to_device, device_one_time_keys_count, device_unused_fallback_key_types, device_lists } = answer;
    await bot.crypto.updateSyncData(
        to_device?.events ?? [],
        device_one_time_keys_count ?? {},
        device_unused_fallback_key_types ?? [],
        device_lists?.changed ?? [],
        device_lists?.left ?? [],
    );
    await store.storeValue(placeKey, answer.next_batch);
}
