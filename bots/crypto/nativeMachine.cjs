/** The official native machine behind the same class names: its methods want identifiers of its own. */
const { DeviceId, DeviceLists, EncryptionSettings, RoomId, UserId } = require("./argumentTypes.cjs");

/** As OlmMachine.initialize of the native package, with this package's identifiers. */
async function open(native, userId, deviceId, directory, passphrase) {
    const convert = (value) => {
        if (Array.isArray(value)) return value.map(convert);
        if (value instanceof UserId) return new native.UserId(value.toString());
        if (value instanceof DeviceId) return new native.DeviceId(value.toString());
        if (value instanceof RoomId) return new native.RoomId(value.toString());
        if (value instanceof DeviceLists) return new native.DeviceLists(convert(value.changed), convert(value.left));
        if (value instanceof EncryptionSettings) {
            const { algorithm, rotationPeriod, ...rest } = value;
            const settings = Object.assign(new native.EncryptionSettings(), rest, { rotationPeriod: rotationPeriod * 1000n });
            if (algorithm !== undefined) settings.algorithm = algorithm;
            return settings;
        }
        return value;
    };
    /** Calls through with converted arguments; what is no method is read as it is. */
    const through = (target) =>
        new Proxy(target, {
            get(_, name) {
                const member = target[name];
                return typeof member === "function" ? (...parameters) => member.apply(target, parameters.map(convert)) : member;
            },
        });

    const machine = through(
        await native.OlmMachine.initialize(convert(userId), convert(deviceId), directory, passphrase, native.StoreType.Sqlite),
    );
    const sign = machine.sign;
    return new Proxy(machine, {
        get: (target, name) => (name === "sign" ? async (message) => through(await sign(message)) : target[name]),
    });
}

module.exports = { open };
