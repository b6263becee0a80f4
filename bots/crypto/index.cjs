/**
 * Stands in for @matrix-org/matrix-sdk-crypto-nodejs (see "overrides" in package.json), which matrix-bot-sdk imports when it
 * loads, encrypted or not, and whose binary is not available everywhere. It offers the part that matrix-bot-sdk uses.
 * Plain JavaScript, and a machine is loaded only when it is opened: most programs that import matrix-bot-sdk never encrypt.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { DeviceId, DeviceLists, EncryptionSettings, RoomId, UserId } = require("./argumentTypes.cjs");

const OlmMachine = {
    /** A directory keeps the kind that made it; a new one gets the native kind where it is installed. The passphrase may be empty. */
    async initialize(userId, deviceId, directory, passphrase, _storeType) {
        const isWasm = existsSync(join(directory, "journal"));
        const isNative = existsSync(join(directory, "matrix-sdk-crypto.sqlite3"));
        const native = isWasm ? undefined : nativePackage();
        if (isNative && !native) {
            throw new Error(
                `${directory} was made by the native crypto, which is not installed here: run npm ci where its binary can be downloaded, or remove the store for a new device`,
            );
        }
        if (native) return require("./nativeMachine.cjs").open(native, userId, deviceId, directory, passphrase);
        const { WasmMachine } = await import("./wasmMachine.ts");
        return WasmMachine.open(userId, deviceId, directory, passphrase);
    },
};

/** The official package, an optional dependency under a name of its own. Where its binary cannot be downloaded, requiring it throws. */
function nativePackage() {
    try {
        return require("matrix-sdk-crypto-native");
    } catch {
        return undefined;
    }
}

// One by one, so that a module can import them by name.
exports.UserId = UserId;
exports.DeviceId = DeviceId;
exports.RoomId = RoomId;
exports.DeviceLists = DeviceLists;
exports.EncryptionSettings = EncryptionSettings;
exports.OlmMachine = OlmMachine;
/** matrix-bot-sdk's storage provider wants one; which machine it is depends on the directory alone. */
exports.StoreType = { Sqlite: 0 };
// Encrypted files need no store: one kind is enough for both.
for (const name of ["Attachment", "EncryptedAttachment"]) {
    Object.defineProperty(exports, name, { enumerable: true, get: () => require("@matrix-org/matrix-sdk-crypto-wasm")[name] });
}
