/** A change of the key that the server signs with, whichever homeserver it is. Pure. */
import { type PublicSigningKey, publicPart } from "../../matrix/signingKey.ts";
import type { Standing } from "../platform/trial.ts";
import type { Settings } from "../settings/index.ts";

/**
 * Other servers check old messages by the old key, so it must stay known. A key that was generated and stays so is the same.
 * @param paths of the key in the container, given or generated
 * @param lineOf a file's content → the key as a line of Synapse's file
 */
export function keyThatStands(
    { signingKey, oldSigningKeys }: Pick<Settings["homeserver"], "signingKey" | "oldSigningKeys">,
    paths: { givenSigningKey: string; signingKey: string },
    lineOf: (content: string) => string = (line) => line,
): Standing {
    return {
        workload: "homeserver",
        paths: [paths.givenSigningKey, paths.signingKey],
        faults(files) {
            const given = files.get(paths.givenSigningKey);
            const content = given ?? files.get(paths.signingKey);
            if (content === undefined || (given === undefined && signingKey === undefined)) return [];
            const fault = faultInChange(publicPart(lineOf(content)), signingKey, oldSigningKeys);
            return fault === undefined ? [] : [`homeserver.signingKey: ${fault}`];
        },
    };
}

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
