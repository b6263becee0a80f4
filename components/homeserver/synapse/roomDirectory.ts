/** The part of homeserver.yaml about the room directory and aliases. Pure. */
import type { Settings } from "../../settings/index.ts";

/**
 * The first rule that matches decides; where none does, the answer is no. A server admin is bound by the rules as well.
 * @param administrator user ID of the account that this program acts as, which makes the declared rooms
 */
export function roomDirectoryOptions({ publishers, aliasCreators }: Settings["homeserver"]["roomDirectory"], administrator: string) {
    const allowed = (accounts: string[]) =>
        [...new Set([administrator, ...[...accounts].sort()])].map((user_id) => ({ user_id, action: "allow" }));
    return {
        room_list_publication_rules: allowed(publishers),
        // Absent, everyone may.
        ...(!aliasCreators.includes("*") && { alias_creation_rules: allowed(aliasCreators) }),
    };
}
