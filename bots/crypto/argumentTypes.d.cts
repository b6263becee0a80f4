/** Arguments of the machine's methods; see argumentTypes.cjs. */
export class UserId {
    constructor(id: string);
    toString(): string;
}
export class DeviceId {
    constructor(id: string);
    toString(): string;
}
export class RoomId {
    constructor(id: string);
    toString(): string;
}
export class DeviceLists {
    constructor(changed?: UserId[] | null, left?: UserId[] | null);
    readonly changed: UserId[];
    readonly left: UserId[];
}
export class EncryptionSettings {
    algorithm: number | undefined;
    historyVisibility: number;
    /** Milliseconds. */
    rotationPeriod: bigint;
    rotationPeriodMessages: bigint;
}
