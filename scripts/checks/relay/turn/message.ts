/** STUN messages as bytes. Pure. Source: RFC 8489 (STUN), RFC 8656 (TURN). */
import { createHash, createHmac } from "node:crypto";

export const methods = { allocate: 0x003, refresh: 0x004, send: 0x006, data: 0x007, createPermission: 0x008 } as const;
export const classes = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 } as const;
export const attributes = {
    username: 0x0006,
    messageIntegrity: 0x0008,
    errorCode: 0x0009,
    lifetime: 0x000d,
    peerAddress: 0x0012,
    data: 0x0013,
    realm: 0x0014,
    nonce: 0x0015,
    relayedAddress: 0x0016,
    requestedAddressFamily: 0x0017,
    requestedTransport: 0x0019,
} as const;

export interface Message {
    /** A method and a class, or-ed. */
    type: number;
    /** 12 bytes. */
    transaction: Buffer;
    /** In the order they come in; of several of one type the first counts. */
    attributes: [type: number, value: Buffer][];
}

export interface Address {
    ip: string;
    port: number;
}

const headerLength = 20;
const cookie = Buffer.from("2112a442", "hex");

/** @param key signs the message; see {@link longTermKey} */
export function encode({ type, transaction, attributes: given }: Message, key?: Buffer): Buffer {
    const body = Buffer.concat(given.map(([kind, value]) => attribute(kind, value)));
    if (!key) return Buffer.concat([header(type, body.length, transaction), body]);
    // The length counts the signature, which signs all that is before it (RFC 8489, section 14.5).
    const signed = Buffer.concat([header(type, body.length + 24, transaction), body]);
    return Buffer.concat([signed, attribute(attributes.messageIntegrity, createHmac("sha1", key).update(signed).digest())]);
}

/** @returns undefined for what is no STUN message */
export function decode(bytes: Buffer): Message | undefined {
    const length = lengthOf(bytes);
    if (length === undefined || bytes.length < length) return undefined;
    const message: Message = { type: bytes.readUInt16BE(0), transaction: bytes.subarray(8, headerLength), attributes: [] };
    for (let at = headerLength; at + 4 <= length; ) {
        const size = bytes.readUInt16BE(at + 2);
        message.attributes.push([bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + size)]);
        at += 4 + padded(size);
    }
    return message;
}

/** Bytes of the message that begins here; undefined while its header is not whole, or for what is no STUN message. */
export function lengthOf(bytes: Buffer): number | undefined {
    if (bytes.length < headerLength || !bytes.subarray(4, 8).equals(cookie)) return undefined;
    return headerLength + bytes.readUInt16BE(2);
}

export function attributeOf(message: Message, type: number): Buffer | undefined {
    return message.attributes.find(([kind]) => kind === type)?.[1];
}

/** Of an error: its code, such as 401, and the server's words. */
export function errorOf(message: Message): { code: number; reason: string } {
    const value = attributeOf(message, attributes.errorCode) ?? Buffer.alloc(4);
    return { code: (value.readUInt8(2) & 7) * 100 + value.readUInt8(3), reason: value.subarray(4).toString() };
}

/** XOR-PEER-ADDRESS and the like (RFC 8489, section 14.2); both families are known by the form of the address. */
export function xorAddress({ ip, port }: Address, transaction: Buffer): Buffer {
    const bytes = ip.includes(":") ? ipv6Bytes(ip) : Buffer.from(ip.split(".").map(Number));
    const head = Buffer.from([0, bytes.length === 4 ? 1 : 2, 0, 0]);
    head.writeUInt16BE(port ^ cookie.readUInt16BE(0), 2);
    return Buffer.concat([head, xor(bytes, Buffer.concat([cookie, transaction]))]);
}

export function addressOf(value: Buffer, transaction: Buffer): Address {
    const bytes = xor(value.subarray(4), Buffer.concat([cookie, transaction]));
    const ip =
        bytes.length === 4 ? [...bytes].join(".") : Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(":");
    return { ip, port: value.readUInt16BE(2) ^ cookie.readUInt16BE(0) };
}

/** RFC 8489, section 9.2.2. */
export function longTermKey(username: string, realm: string, password: string): Buffer {
    return createHash("md5").update(`${username}:${realm}:${password}`).digest();
}

function header(type: number, length: number, transaction: Buffer): Buffer {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(length, 2);
    return Buffer.concat([head, cookie, transaction]);
}

function attribute(type: number, value: Buffer): Buffer {
    const whole = Buffer.alloc(4 + padded(value.length));
    whole.writeUInt16BE(type, 0);
    whole.writeUInt16BE(value.length, 2);
    value.copy(whole, 4);
    return whole;
}

function padded(size: number): number {
    return Math.ceil(size / 4) * 4;
}

function xor(bytes: Buffer, mask: Buffer): Buffer {
    return Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

/** Any textual form, also `::ffff:10.0.0.1`: the URL parser writes it in groups. */
function ipv6Bytes(ip: string): Buffer {
    const [head = "", tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split("::");
    const groups = (text: string) => text.split(":").filter(Boolean);
    const before = groups(head);
    const after = groups(tail ?? "");
    const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
    return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""), "hex");
}
