/** Whether a server signed an event. Source: https://spec.matrix.org/v1.16/server-server-api/#signing-events */
import { createPublicKey, verify } from "node:crypto";
import { canonicalJson } from "../../matrix/canonicalJson.ts";

type Json = Record<string, unknown>;

/** What a redaction leaves of a message, without what is not signed. Source: https://spec.matrix.org/v1.16/rooms/v12/#redactions */
const signed = ["event_id", "type", "room_id", "sender", "state_key", "hashes", "depth", "prev_events", "auth_events", "origin_server_ts"];

/** @param message an event of type m.room.message as servers exchange it */
export function isSignedMessage(message: Json, serverName: string, keyId: string, publicKey: string): boolean {
    const left = { ...Object.fromEntries(signed.flatMap((name) => (name in message ? [[name, message[name]]] : []))), content: {} };
    return isSignedBy(left, message.signatures as Signatures, serverName, keyId, publicKey);
}

type Signatures = Record<string, Record<string, string>>;

/** @param object without its signatures */
export function isSignedBy(object: Json, signatures: Signatures, serverName: string, keyId: string, publicKey: string): boolean {
    const key = createPublicKey({
        key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey, "base64").toString("base64url") },
        format: "jwk",
    });
    const signature = signatures[serverName]?.[keyId];
    return signature !== undefined && verify(null, Buffer.from(canonicalJson(object)), key, Buffer.from(signature, "base64"));
}
