/** The server's rules for passwords. They must be checked here: its admin API accepts any password. */
import type { MatrixClient } from "matrix-bot-sdk";
import { ifFound } from "../../content/client.ts";
import { Failure } from "../../project/failure.ts";

type Policy = Record<string, number | boolean | undefined>;

const characters: [string, RegExp, string][] = [
    ["m.require_digit", /[0-9]/, "a digit"],
    ["m.require_symbol", /[^a-zA-Z0-9]/, "a character that is neither letter nor digit"],
    ["m.require_lowercase", /[a-z]/, "a lower-case letter"],
    ["m.require_uppercase", /[A-Z]/, "an upper-case letter"],
];

/** @throws Failure that names the rule that it breaks. Source: Synapse's password_config.policy, MSC2000 */
export async function assertAcceptable(client: MatrixClient, userId: string, password: string): Promise<void> {
    const policy = ((await ifFound(client.doRequest("GET", "/_matrix/client/v3/password_policy"))) ?? {}) as Policy;
    const fault = faultInPassword(policy, password);
    if (fault) throw new Failure(`the server does not take this password for ${userId}: ${fault}`);
}

export function faultInPassword(policy: Policy, password: string): string | undefined {
    const shortest = policy["m.minimum_length"];
    if (typeof shortest === "number" && password.length < shortest)
        return `it has ${password.length} characters; at least ${shortest} are needed`;
    return characters
        .filter(([rule, pattern]) => policy[rule] === true && !pattern.test(password))
        .map(([, , what]) => `it needs ${what}`)[0];
}
