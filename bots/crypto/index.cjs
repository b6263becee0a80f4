/**
 * Stands in for @matrix-org/matrix-sdk-crypto-nodejs (see "overrides" in package.json), which matrix-bot-sdk imports when it
 * loads, encrypted or not, and whose binary cannot be had everywhere. What is here is what matrix-bot-sdk uses of it.
 * Plain JavaScript, and nothing is loaded before it is needed: most programs that import matrix-bot-sdk never encrypt.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

class Identifier {
    #id;
    constructor(id) {
        this.#id = String(id);
    }
    toString() {
        return this.#id;
    }
}
class UserId extends Identifier {}
class DeviceId extends Identifier {}
class RoomId extends Identifier {}

class DeviceLists {
    constructor(changed, left) {
        this.changed = changed ?? [];
        this.left = left ?? [];
    }
}

class EncryptionSettings {
    algorithm = undefined;
    historyVisibility = 2;
    /** Milliseconds: matrix-bot-sdk puts them in, though the native package documents microseconds. */
    rotationPeriod = 604_800_000n;
    rotationPeriodMessages = 100n;
}

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

/** The official package, an optional dependency under a name of its own. It is installed without its binary where that is not to be had. */
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
