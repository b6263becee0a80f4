/** Who may list rooms and name them: accounts of this server. Pure. */
import { userIdOf } from "../accounts.ts";
import type { Fault } from "../fault.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInRoomDirectory(sections: Sections, given: GivenAccounts): Fault[] {
    const { homeserver, administrator = "admin" } = sections;
    const { publishers = [], aliasCreators = [] } = homeserver?.roomDirectory ?? {};
    const keys = [...new Set([...Object.keys(given.users), ...Object.keys(given.bots), administrator])].sort();
    return Object.entries({ publishers, aliasCreators }).flatMap(([list, accounts]) =>
        accounts.flatMap((account, index) => {
            const message = faultInAccount(account, keys, sections);
            return message === undefined ? [] : [{ path: `homeserver.roomDirectory.${list}.${index}`, message }];
        }),
    );
}

function faultInAccount(account: string, keys: string[], { serverName, users = {}, bots = {} }: Sections): string | undefined {
    const quoted = JSON.stringify(account);
    if (account === "*" || keys.includes(account)) return undefined;
    const meant = keys.find((key) => userIdOf({ serverName: "", users, bots }, key) === `@${account}:`);
    if (meant !== undefined) return `${quoted} is the account of ${JSON.stringify(meant)}; give that key`;
    if (!account.startsWith("@"))
        return `${quoted} is not declared under users or bots (declared: ${keys.join(", ")}); give a key, a user ID such as @bob:${serverName ?? "example.org"}, or * for everyone`;
    if (serverName === undefined) return undefined;
    if (!account.endsWith(`:${serverName}`))
        return `${quoted} is no account of this server; other servers have their own directories. Give a user ID that ends in :${serverName}`;
    // Synapse knows these two patterns: matrix_common.regex.glob_to_regex
    const localpart = account.slice(1, -serverName.length - 1);
    return /^[a-z0-9._=/+*?-]+$/.test(localpart)
        ? undefined
        : `${quoted} is not a user ID, such as @bob:${serverName} or @irc_*:${serverName}`;
}
