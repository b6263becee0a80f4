/** What the server has now that must not change under it, beside the key that it signs with: the pepper of its passwords. Pure. */
import { parse } from "yaml";
import type { Standing } from "../../platform/trial.ts";
import type { Settings } from "../../settings/index.ts";
import { revealed } from "./givenOptions.ts";
import { paths } from "./synapseConfig.ts";

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
