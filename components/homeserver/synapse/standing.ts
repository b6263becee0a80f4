/** What the server has now that must not change under it: the key that it signs with, and the pepper of its passwords. Pure. */
import { parse } from "yaml";
import { publicPart } from "../../../matrix/signingKey.ts";
import type { Standing } from "../../platform/trial.ts";
import type { Settings } from "../../settings/index.ts";
import { faultInChange } from "../standingKey.ts";
import { revealed } from "./givenOptions.ts";
import { paths } from "./synapseConfig.ts";

/** Other servers check old messages by the old key, so it must stay known. A key that was generated and stays so is the same. */
export function standingKey({ signingKey, oldSigningKeys }: Pick<Settings["homeserver"], "signingKey" | "oldSigningKeys">): Standing {
    return {
        workload: "homeserver",
        paths: [paths.givenSigningKey, paths.signingKey],
        faults(files) {
            const given = files.get(paths.givenSigningKey);
            const line = given ?? files.get(paths.signingKey);
            if (line === undefined || (given === undefined && signingKey === undefined)) return [];
            const fault = faultInChange(publicPart(line), signingKey, oldSigningKeys);
            return fault === undefined ? [] : [`homeserver.signingKey: ${fault}`];
        },
    };
}

/** Every stored password was made with it, so with another one nobody could sign in. */
export function standingPepper({ config }: Pick<Settings["homeserver"], "config">): Standing {
    return {
        workload: "homeserver",
        paths: [paths.config, paths.secretOptions],
        faults: (files) => {
            const before = [...files.values()].map((text) => pepperIn(parse(text))).find((pepper) => pepper !== undefined);
            if (before === pepperIn(revealed(config))) return [];
            const change = before === undefined ? "cannot be added to" : "cannot change on";
            return [
                `homeserver.config.password_config.pepper: ${change} a running server: no password would be right any more; put it back as it was`,
            ];
        },
    };
}

function pepperIn(options: unknown): unknown {
    const { pepper } = (options as { password_config?: { pepper?: unknown } | null } | null)?.password_config ?? {};
    return pepper === null || pepper === "" ? undefined : pepper;
}
