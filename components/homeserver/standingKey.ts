/** A change of the key that the server signs with, whichever homeserver it is. Pure. */
import type { PublicSigningKey } from "../../matrix/signingKey.ts";
import type { Settings } from "../settings/index.ts";

/** @param to absent: the generated key */
export function faultInChange(
    from: PublicSigningKey,
    to: PublicSigningKey | undefined,
    old: Settings["homeserver"]["oldSigningKeys"],
): string | undefined {
    if (to?.id === from.id) {
        return to.publicKey === from.publicKey
            ? undefined
            : `has the ID of the key that the server signs with now, ${from.id}, under which other servers know that one; give the new key another ID`;
    }
    const kept = old[from.id];
    if (kept?.key === from.publicKey) return undefined;
    const command = `pulumi config set --path 'homeserver.oldSigningKeys["${from.id}"].key' ${from.publicKey}`;
    const moment = `pulumi config set --path 'homeserver.oldSigningKeys["${from.id}"].expiredTs' "$(date +%s)000"`;
    if (kept) return `homeserver.oldSigningKeys has another key as ${from.id} than the server signs with now; run: ${command}`;
    return `the server signs with another key now, ${from.id}, by which other servers check its old messages; keep it known: ${command} && ${moment}`;
}
