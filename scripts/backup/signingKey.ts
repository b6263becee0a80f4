/** Whether a restored server signs with the key that it had. */
import { faultInSigningKey, publicPart } from "../../matrix/signingKey.ts";
import { judgeKeys, keysPath } from "../checks/federation/keys.ts";
import { Failure, oneLine } from "../project/failure.ts";
import type { Deposit } from "./deposit.ts";

interface Resource {
    inputs?: { uploads?: unknown };
}

/**
 * Asks the server for its keys, as other servers do, and verifies the answer by the key in the backup.
 * @param url base URL of the homeserver
 * @returns the key's ID
 * @throws Failure where the answer is not signed by that key
 */
export async function verifySigningKey(url: string, { state, serverName }: Deposit): Promise<string> {
    const { id, publicKey } = publicPart(signingKeyIn(state));
    const answer = await fetch(`${url}${keysPath}`, { signal: AbortSignal.timeout(20_000) })
        .then((response) => response.json())
        .catch((error: unknown) => {
            throw new Failure(`the restored server does not tell its signing key: ${oneLine(error)}`);
        });
    const told = answer?.verify_keys?.[id]?.key;
    if (told !== publicKey) throw new Failure(`the restored server does not sign with its old key ${id}, which other servers know it by`);
    const { state: verdict, found } = judgeKeys(answer, serverName, Date.now());
    if (verdict !== "ok") throw new Failure(`the restored server's signing key: ${found}`);
    return id;
}

/** @param state as `pulumi stack export --show-secrets` has it */
export function signingKeyIn(state: unknown): string {
    const { deployment } = state as { deployment: { resources: Resource[] } };
    const uploads = deployment.resources.flatMap(({ inputs }) => opened(inputs?.uploads) ?? []) as { content?: string }[];
    // A file of its own, and the only one of this form.
    const key = uploads.find(({ content = "" }) => faultInSigningKey(content) === undefined)?.content;
    if (key === undefined) throw new Failure("the state in this backup has no signing key");
    return key;
}

/** A value with its secrets in the clear. */
function opened(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(opened);
    if (typeof value !== "object" || value === null) return value;
    if ("plaintext" in value) return opened(JSON.parse(String(value.plaintext)));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}
