/** The keys that the server signs with, and those that it signed with before. Pure. */
import { faultInKeyId, publicPart } from "../../../matrix/signingKey.ts";
import { keptEncrypted } from "../configText.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInSigningKeys({ homeserver }: Sections): Fault[] {
    if (!homeserver) return [];
    const { signingKey, oldSigningKeys } = homeserver;
    const current = signingKey === undefined || signingKey === keptEncrypted ? undefined : publicPart(signingKey).id;
    return Object.keys(oldSigningKeys).flatMap((id) => {
        const message =
            faultInKeyId(id) ??
            (id === current ? "is the ID of homeserver.signingKey; a new key needs an ID that no key had before" : undefined);
        return message ? [{ path: `homeserver.oldSigningKeys.${id}`, message }] : [];
    });
}
