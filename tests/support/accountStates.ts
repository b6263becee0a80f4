/** Accounts in every state, on the small stack of the command line's tests, as the provider's kinds meet them. */
import assert from "node:assert/strict";
import { administrator } from "../../provider/plugin/administrator.ts";
import { bot } from "../../provider/plugin/bot.ts";
import type { Kind } from "../../provider/plugin/kind.ts";
import { user } from "../../provider/plugin/user.ts";
import { connect, reason } from "../../scripts/content/client.ts";
import { Session } from "../../scripts/content/session.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { project } from "../../scripts/project/checkout.ts";
import { contentStack, stackName } from "./contentStack.ts";
import { docker, eventually } from "./docker.ts";

/** States that an account can be brought into by hand. */
export type OwnState = "active" | "locked" | "suspended" | "deactivated" | "erased" | "shadow-banned" | "without a password";
export type State = OwnState | "a guest's" | "an application service's";
export type KindName = "user" | "bot" | "administrator";

export const ownPassword = "a password of their own";

const account = { displayName: "Declared", admin: false, deactivated: false, onDelete: "deactivate" } as const;

export const userInputs = (userId: string) => ({ userId, ...account });
export const botInputs = (userId: string) => ({ userId, ...account, unlimited: false, token: "valid" }) as const;
export const administratorInputs = (userId: string) =>
    ({ userId, displayName: "Declared", password: ownPassword, token: "valid" }) as const;

// biome-ignore lint/suspicious/noExplicitAny: each kind is called with its own inputs, as the plugin's server does
export const kinds: Record<KindName, { kind: Kind<any, any>; inputs(userId: string): Record<string, unknown> }> = {
    user: { kind: user, inputs: userInputs },
    bot: { kind: bot, inputs: botInputs },
    administrator: { kind: administrator, inputs: administratorInputs },
};

export interface Hands {
    clientUrl: string;
    /** Warnings of the last session. */
    warnings: string[];
    session(): Session;
    /** The admin API, as the stack's administrator. */
    request(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<{ access_token: string }>;
    sql(query: string): Promise<string>;
    /** What the server stores of the password: another one is another text. */
    passwordOf(userId: string): Promise<string>;
    /** As an operator or a moderator does. */
    bring: Record<OwnState, (userId: string) => Promise<unknown>>;
}

export async function accountHands(): Promise<Hands> {
    const { clientUrl, registrationSharedSecret, adminUserId, adminPassword } = await contentStack();
    const accessToken = await signIn(clientUrl, adminUserId, adminPassword, "STATES");
    const admin = connect(clientUrl, accessToken);
    const request: Hands["request"] = (method, path, body) => admin.doRequest(method, `/_synapse/admin${path}`, null, body);
    const sql = (query: string) => {
        const psql = ["psql", "--username=synapse", "--no-align", "--tuples-only", "--command", query, "synapse"];
        return docker("exec", `${project}-${stackName}-database`, ...psql);
    };
    // Synapse 1.163.2 answers a reactivation with 500 until it has built this index, in a new database's first minutes.
    await eventually("the index of profiles", 120_000, async () => {
        assert.equal(await sql("select count(*) from pg_indexes where indexname = 'profiles_full_user_id_key'"), "1");
    });
    const hands: Hands = {
        clientUrl,
        warnings: [],
        session() {
            hands.warnings = [];
            const config = { homeserverUrl: clientUrl, accessToken, registrationSharedSecret, passwordSeed: "a seed of this test" };
            return new Session(config, (message) => hands.warnings.push(message));
        },
        request,
        sql,
        passwordOf: (userId) => sql(`select password_hash from users where name = '${userId}'`),
        bring: {
            active: async () => {},
            locked: (userId) => request("PUT", `/v2/users/${userId}`, { locked: true }),
            suspended: (userId) => request("PUT", `/v1/suspend/${userId}`, { suspend: true }),
            deactivated: (userId) => request("POST", `/v1/deactivate/${userId}`, {}),
            erased: (userId) => request("POST", `/v1/deactivate/${userId}`, { erase: true }),
            "shadow-banned": (userId) => request("POST", `/v1/users/${userId}/shadow_ban`),
            "without a password": async (userId) => {
                await request("POST", `/v1/deactivate/${userId}`, {});
                await request("PUT", `/v2/users/${userId}`, { deactivated: false });
            },
        },
    };
    return hands;
}

/** @param expected of the one line that says why */
export async function refused(acting: Promise<unknown> | undefined, expected: RegExp): Promise<void> {
    const message = await (acting ?? Promise.resolve()).then(
        () => assert.fail("it was not refused"),
        (error) => reason(error),
    );
    assert.match(message, expected);
    assert.ok(!message.includes("\n"), "it is more than a line");
}
