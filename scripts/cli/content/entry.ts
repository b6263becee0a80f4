/** An entry of users, bots, rooms or spaces, checked by the schema of the settings. */
import type { Place } from "../../../components/content/roomInputs.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import type { ParsedSettings } from "../../../components/settings/schema/index.ts";
import { reportFaults } from "../../project/editStackFile.ts";
import { quoted } from "../../project/visible.ts";
import { type ContentType, sectionOf } from "./contentTypes.ts";

export type AccountEntry = ParsedSettings["users"][string] & Partial<Pick<ParsedSettings["bots"][string], "unlimited" | "appservice">>;
export type Entry =
    | { type: "user"; account: AccountEntry }
    | { type: "bot"; account: AccountEntry }
    | { type: "room" | "space"; place: Place };

/**
 * With defaults. Members and the parent need not be declared: they may be on the server all the same.
 * @throws Failure, after a line for each fault on standard error
 */
export function checkedEntry(type: ContentType, name: string, raw: Record<string, unknown>, serverName: string, source: string): Entry {
    const section = sectionOf[type];
    const { settings, faults } = parseSettings({
        serverName,
        administrator: otherName(name),
        ...surroundings(raw, name),
        [section]: { [name]: raw },
    });
    reportFaults(
        faults.map(({ path, message }) => ({
            path: path.startsWith(section) ? path.replace(name, quoted(name).slice(1, -1)) : path,
            message,
        })),
        `${type} ${quoted(name)} of ${source} has`,
    );
    const parsed = settings?.[section]?.[name];
    if (!parsed) throw new Error(`${section}.${name} is not among the settings that were parsed`);
    return type === "user" || type === "bot" ? { type, account: parsed as AccountEntry } : { type, place: parsed as Place };
}

/** Declares the members and the parent that the entry names, so that only its own faults are found. */
function surroundings(raw: Record<string, unknown>, name: string): Record<string, unknown> {
    const { members, parent } = raw;
    const names = typeof members === "object" && members !== null ? Object.keys(members).filter((member) => !member.startsWith("@")) : [];
    return {
        users: Object.fromEntries(names.filter((member) => member !== name).map((member) => [member, {}])),
        ...(typeof parent === "string" && parent !== name ? { spaces: { [parent]: {} } } : {}),
    };
}

/** The settings' administrator is a user of its own; the entry may have its name. */
function otherName(name: string): string {
    return name === "admin" ? "administrator" : "admin";
}
