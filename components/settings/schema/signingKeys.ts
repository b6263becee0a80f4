/** The part of the section `homeserver` about the keys that it signs with. Pure. */
import { z } from "zod";
import { faultInPublicKey, faultInSigningKey } from "../../../matrix/signingKey.ts";
import { keptEncrypted } from "../configText.ts";
import { named } from "./valueTypes.ts";

/** With a time before Matrix, other servers would take no message for one of its time. */
function inMilliseconds(time: number, context: z.core.$RefinementCtx): void {
    const inSeconds = time >= 1e9 && time < 1e11;
    const message = inSeconds ? `is in seconds; write ${time}000` : "is before there was Matrix; give milliseconds since 1970";
    if (time < 1e12) context.addIssue({ code: "custom", message });
}

const oldSigningKey = z.strictObject({
    key: named(faultInPublicKey).describe("The public key, in unpadded base64."),
    expiredTs: z
        .int()
        .min(0)
        .superRefine(inMilliseconds)
        .describe("When the server stopped using it, in milliseconds since 1970 (Synapse: expired_ts)."),
});

export const signingKeys = {
    signingKey: named((key) => (key === keptEncrypted ? undefined : faultInSigningKey(key)))
        .optional()
        .describe(
            "Signing key of your own, one line of a Synapse signing key file (Synapse: signing_key_path). Default: a generated one. Set it with: pulumi config set --secret --path homeserver.signingKey",
        ),
    oldSigningKeys: z
        .record(z.string(), oldSigningKey)
        .default({})
        .describe(
            "Keys that the server signed with before, by key ID, such as ed25519:a_b1C2. Other servers check old messages by them (Synapse: old_signing_keys).",
        ),
};
