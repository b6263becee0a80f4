// matrix-bot-sdk imports this package when it loads, encrypted or not. The real one fetches a native
// binary that a machine without the vendor's download site cannot have, and then nothing loads at all.
class EncryptionUnavailable {
    constructor() {
        throw new Error("encryption needs the native @matrix-org/matrix-sdk-crypto-nodejs, which this installation replaces by a stand-in");
    }
}

for (const name of [
    "Attachment",
    "DeviceId",
    "DeviceLists",
    "EncryptedAttachment",
    "EncryptionSettings",
    "OlmMachine",
    "RoomId",
    "UserId",
]) {
    exports[name] = EncryptionUnavailable;
}
// Read, not called, when the storage provider is defined.
exports.StoreType = { Sled: 0, Sqlite: 1 };
