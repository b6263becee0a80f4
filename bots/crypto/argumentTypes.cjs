/** Arguments of the machine's methods, as matrix-bot-sdk makes them. Both machines convert them to types of their own. */

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

module.exports = { UserId, DeviceId, RoomId, DeviceLists, EncryptionSettings };
