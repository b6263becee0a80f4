/** Entries of lists of accounts: keys, or user IDs of this server with or without patterns. Pure. */
import { userIdOf } from "../accounts.ts";
import type { GivenAccounts, Sections } from "./check.ts";

/** @returns what is wrong with an entry and what would be right, or undefined */
export function faultInAccount(
    account: string,
    { serverName, users = {}, bots = {}, administrator = "admin" }: Sections,
    given: GivenAccounts,
): string | undefined {
    const keys = [...new Set([...Object.keys(given.users), ...Object.keys(given.bots), administrator])].sort();
    const quoted = JSON.stringify(account);
    if (account === "*" || keys.includes(account)) return undefined;
    const meant = keys.find((key) => userIdOf({ serverName: "", users, bots }, key) === `@${account}:`);
    if (meant !== undefined) return `${quoted} is the account of ${JSON.stringify(meant)}; give that key`;
    if (!account.startsWith("@"))
        return `${quoted} is not declared under users or bots (declared: ${keys.join(", ")}); give a key, a user ID such as @bob:${serverName ?? "example.org"}, or * for everyone`;
    if (serverName === undefined) return undefined;
    if (!account.endsWith(`:${serverName}`)) return `${quoted} is no account of this server; give a user ID that ends in :${serverName}`;
    // Synapse knows these two patterns: matrix_common.regex.glob_to_regex
    const localpart = account.slice(1, -serverName.length - 1);
    return /^[a-z0-9._=/+*?-]+$/.test(localpart)
        ? undefined
        : `${quoted} is not a user ID, such as @bob:${serverName} or @irc_*:${serverName}`;
}
