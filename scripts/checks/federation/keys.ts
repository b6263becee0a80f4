/** A server's signing keys, as it publishes them. Pure. Source: https://spec.matrix.org/v1.16/server-server-api/#get_matrixkeyv2server */
import { createPublicKey, verify } from "node:crypto";
import { canonicalJson } from "../../../matrix/canonicalJson.ts";
import type { JsonObject } from "./answer.ts";
import type { Finding } from "./report.ts";

export const keysPath = "/_matrix/key/v2/server";

/** @param now milliseconds */
export function judgeKeys(answer: JsonObject, serverName: string, now: number): Finding {
    const { signatures, unsigned: _, ...signed } = answer;
    const { server_name: named, valid_until_ts: until, verify_keys: keys } = answer;
    if (named !== serverName) {
        return fault(
            typeof named === "string"
                ? `the server that answers is ${JSON.stringify(named.slice(0, 255))}, not ${JSON.stringify(serverName)}`
                : "the answer has no server_name",
            `let the well-known file and DNS of ${serverName} lead to its own homeserver, or set server_name of that homeserver right`,
        );
    }
    const entries = isObject(keys) ? Object.entries(keys) : [];
    const ed25519 = entries.filter(([id]) => id.startsWith("ed25519:"));
    if (ed25519.length === 0)
        return fault("the answer has no verify_keys of the kind ed25519", "see that the homeserver has its signing key");
    if (typeof until !== "number" || until <= now) {
        const when = typeof until === "number" ? `were valid until ${time(until)}` : "have no valid_until_ts";
        return fault(`the keys ${when}`, "set the homeserver's clock right; a cache in front must not keep this answer");
    }
    const own = isObject(signatures) && isObject(signatures[serverName]) ? signatures[serverName] : {};
    const text = Buffer.from(canonicalJson(signed));
    for (const [id, entry] of ed25519) {
        const signature = own[id];
        if (typeof signature !== "string") return fault(`the answer is not signed by its key ${id}`, wayOut);
        if (!isSigned(text, isObject(entry) ? entry.key : undefined, signature)) {
            return fault(`the signature of ${id} does not fit the answer`, wayOut);
        }
    }
    return { state: "ok", found: `${ed25519.map(([id]) => id).join(", ")}, signed, valid until ${time(until)}` };
}

const wayOut = `see that no proxy changes ${keysPath}, and that the homeserver's signing key is whole`;

function fault(found: string, advice: string): Finding {
    return { state: "fault", found, advice };
}

function isObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param key unpadded Base64, as the signature is */
function isSigned(text: Buffer, key: unknown, signature: string): boolean {
    const bytes = Buffer.from(typeof key === "string" ? key : "", "base64");
    if (bytes.length !== 32) return false;
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") }, format: "jwk" });
    return verify(null, text, publicKey, Buffer.from(signature, "base64"));
}

function time(milliseconds: number): string {
    const date = new Date(milliseconds);
    return Number.isNaN(date.getTime()) ? `${milliseconds}` : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
