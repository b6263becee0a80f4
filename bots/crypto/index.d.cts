/** The part of @matrix-org/matrix-sdk-crypto-nodejs that matrix-bot-sdk uses; see index.cjs. */
import type { DeviceId, UserId } from "./argumentTypes.cjs";

export { DeviceId, DeviceLists, EncryptionSettings, RoomId, UserId } from "./argumentTypes.cjs";
export interface OlmMachine {
    /** Flushes the store and lets go of it; the native machine does so at once. */
    close(): void | Promise<void>;
}
export const OlmMachine: {
    /**
     * @param directory where the keys are kept
     * @param passphrase what they are encrypted with on disk; empty: not at all
     * @throws if the store is in use, damaged, another device's, or of a kind that is not installed
     */
    initialize(userId: UserId, deviceId: DeviceId, directory: string, passphrase?: string, storeType?: StoreType): Promise<OlmMachine>;
};
export enum StoreType {
    Sqlite = 0,
}
