/** A relay over UDP as far as a check of one needs it: it relays between its own clients, or refuses everything. */
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
    type Address,
    addressOf,
    attributeOf,
    attributes,
    classes,
    decode,
    encode,
    longTermKey,
    type Message,
    methods,
    xorAddress,
} from "../../../scripts/checks/relay/turn/message.ts";

export interface FakeRelay {
    port: number;
    /** Answers every signed request with this error from now on; undefined: relays again. */
    refuse(code: number | undefined): void;
    close(): void;
}

const realm = "example.test";

/** @param passwordOf of a user name; a request that is signed by another is refused with 401 */
export async function fakeRelay(passwordOf: (username: string) => string): Promise<FakeRelay> {
    const socket = createSocket("udp4");
    const clients = new Map<number, RemoteInfo>();
    let refusal: number | undefined;
    const respond = (to: RemoteInfo, bytes: Buffer) => socket.send(bytes, to.port, to.address);

    const answer = (request: Message, bytes: Buffer, from: RemoteInfo): void => {
        const { type, transaction } = request;
        const failed = (code: number) =>
            respond(from, encode({ type: (type & ~0x110) | classes.error, transaction, attributes: errorAttributes(code) }));
        const code = isSigned(request, bytes, passwordOf) ? refusal : 401;
        if (code !== undefined) {
            failed(code);
            return;
        }
        const method = type & ~0x110;
        // Where it relays a client is known by the client's own port.
        if (method === methods.allocate) clients.set(from.port, from);
        const relayed = xorAddress({ ip: "127.0.0.1", port: from.port }, transaction);
        const given: Message["attributes"] = method === methods.allocate ? [[attributes.relayedAddress, relayed]] : [];
        respond(from, encode({ type: method | classes.success, transaction, attributes: given }));
    };
    const pass = (indication: Message, from: RemoteInfo): void => {
        const { transaction } = indication;
        const peer = attributeOf(indication, attributes.peerAddress) as Buffer;
        const data = attributeOf(indication, attributes.data) as Buffer;
        const to = clients.get(addressOf(peer, transaction).port);
        const sender: Address = { ip: "127.0.0.1", port: from.port };
        const passed: Message["attributes"] = [
            [attributes.peerAddress, xorAddress(sender, transaction)],
            [attributes.data, data],
        ];
        if (to) respond(to, encode({ type: methods.data | classes.indication, transaction, attributes: passed }));
    };
    socket.on("message", (bytes, from) => {
        const message = decode(bytes);
        if (!message) return;
        if ((message.type & 0x110) === classes.indication) pass(message, from);
        else answer(message, bytes, from);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return {
        port: (socket.address() as AddressInfo).port,
        refuse: (code) => {
            refusal = code;
        },
        close: () => socket.close(),
    };
}

function errorAttributes(code: number): Message["attributes"] {
    return [
        [attributes.errorCode, Buffer.from([0, 0, Math.floor(code / 100), code % 100])],
        [attributes.realm, Buffer.from(realm)],
        [attributes.nonce, Buffer.from("nonce")],
    ];
}

/** Encoded again with the right key it must be the same. */
function isSigned({ type, transaction, attributes: given }: Message, bytes: Buffer, passwordOf: (username: string) => string): boolean {
    const username = attributeOf({ type, transaction, attributes: given }, attributes.username)?.toString();
    if (username === undefined) return false;
    const unsigned = given.filter(([kind]) => kind !== attributes.messageIntegrity);
    return encode({ type, transaction, attributes: unsigned }, longTermKey(username, realm, passwordOf(username))).equals(bytes);
}
