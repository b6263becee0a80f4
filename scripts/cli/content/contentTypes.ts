/** The types of content, named as in the settings. */
import { Option } from "commander";
import { didYouMean } from "../../../components/settings/nearest.ts";
import { Failure } from "../../project/failure.ts";

export const contentTypes = ["user", "bot", "room", "space"] as const;
export type ContentType = (typeof contentTypes)[number];

/** The section of the settings that declares them. */
export const sectionOf = { user: "users", bot: "bots", room: "rooms", space: "spaces" } as const satisfies Record<ContentType, string>;

export function typeOption(description: string): Option {
    return new Option("--type <type>", `${description}: ${contentTypes.join(", ")}`).argParser((text): ContentType => {
        const type = contentTypes.find((known) => known === text || sectionOf[known] === text);
        if (!type) throw new Failure(`--type: "${text}" is none of ${contentTypes.join(", ")}${didYouMean(text, contentTypes)}`);
        return type;
    });
}
