/** What the server has now that must not change under it: the key that it signs with. Pure. */
import { publicPart } from "../../../matrix/signingKey.ts";
import type { Standing } from "../../platform/trial.ts";
import type { Settings } from "../../settings/index.ts";
import { faultInChange } from "../standingKey.ts";
import { paths } from "./paths.ts";
import { signingKeyLine } from "./signingKey.ts";

/** Other servers check old messages by the old key, so it must stay known. A key that was generated and stays so is the same. */
export function standingPem({ signingKey, oldSigningKeys }: Pick<Settings["homeserver"], "signingKey" | "oldSigningKeys">): Standing {
    return {
        workload: "homeserver",
        paths: [paths.givenSigningKey, paths.signingKey],
        faults(files) {
            const given = files.get(paths.givenSigningKey);
            const pem = given ?? files.get(paths.signingKey);
            if (pem === undefined || (given === undefined && signingKey === undefined)) return [];
            const fault = faultInChange(publicPart(signingKeyLine(pem)), signingKey, oldSigningKeys);
            return fault === undefined ? [] : [`homeserver.signingKey: ${fault}`];
        },
    };
}
