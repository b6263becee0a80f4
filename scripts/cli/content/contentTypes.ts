/** The types of content, named as in the settings. */
import { Option } from "commander";
import { didYouMean } from "../../../components/settings/nearest.ts";
import { Failure } from "../../project/failure.ts";

export const contentTypes = ["user", "bot", "room", "space"] as const;
export type ContentType = (typeof contentTypes)[number];

/** The section of the settings that declares them. */
export const sectionOf = { user: "users", bot: "bots", room: "rooms", space: "spaces" } as const satisfies Record<ContentType, string>;

/** What can be listed: bridges are declared with the server, and neither added nor removed here. */
export const listedTypes = [...contentTypes, "bridge"] as const;
export type ListedType = (typeof listedTypes)[number];

export function typeOption(description: string): Option {
    return typeOf(description, contentTypes, sectionOf);
}

export function listedTypeOption(description: string): Option {
    return typeOf(description, listedTypes, { ...sectionOf, bridge: "bridges" });
}

function typeOf<T extends string>(description: string, types: readonly T[], sections: Record<T, string>): Option {
    return new Option("--type <type>", `${description}: ${types.join(", ")}`).argParser((text): T => {
        const type = types.find((known) => known === text || sections[known] === text);
        if (!type) throw new Failure(`--type: "${text}" is none of ${types.join(", ")}${didYouMean(text, types)}`);
        return type;
    });
}
