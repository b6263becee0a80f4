/** An error as Pulumi shows it. */
import { answered, reason } from "../../scripts/content/client.ts";
import { nameOf } from "./kinds.ts";

const sections: Record<string, string> = { user: "users", bot: "bots", room: "rooms", space: "spaces" };

/** The entry of a stack's settings that a resource stands for, such as users.alice; undefined in other programs. */
export function entryOf(urn: string): string | undefined {
    if (!urn.includes("matrix-synapse:content:Content$matrix:index:")) return undefined;
    const [, kind = "", key = ""] = /^([a-z]+)-(.*)$/s.exec(nameOf(urn)) ?? [];
    const section = sections[kind];
    return section && `${section}.${key}`;
}

/** One line. People know the entry in their stack's file, which a user name or an alias need not show. */
export function failureText(urn: string | undefined, error: unknown): string {
    const entry = urn && entryOf(urn);
    return entry ? `${entry}: ${explained(error)}` : explained(error);
}

/** A program with a bot's token cannot know which setting of the server's stack would help. */
function explained(error: unknown): string {
    if (answered(error, "M_MISSING_TOKEN")) return "the provider has no accessToken; give that of the account that is to act";
    const remedy = "declare the bot with unlimited: true in the server's own stack, or run pulumi up again later";
    return answered(error, "M_LIMIT_EXCEEDED") ? `${reason(error)}; the server limits this account: ${remedy}` : reason(error);
}
