/** The table of docs/accounts.md: every state of an account × create, read, update and delete × user, bot and administrator. */
import assert from "node:assert/strict";
import {
    accountHands,
    type Hands,
    type KindName,
    kinds,
    type OwnState,
    ownPassword,
    refused,
    type State,
} from "../support/accountStates.ts";

interface Cells {
    /** An account in this state exists: what becomes of it, or the refusal. */
    create: "as it was" | "reactivated" | "token" | "token, freed" | RegExp;
    /** Inputs that a look finds changed, where our own account got into this state. Absent: it cannot. */
    read?: Record<string, unknown>;
    /** A warning of that look. */
    warns?: RegExp;
    /** What `pulumi up` then does, besides another display name. */
    update?: "as it is" | "reactivated" | "token" | "freed" | RegExp;
}

const erased = /was erased, and to reactivate it would show its messages again.*; declare deactivated: true, or another name$/;
const persons = /existed before, and a bot would take it from the person who signs in to it; declare another name \(localpart\), or mark/;
const guests = /is a guest's account; declare another name$/;
const services = /belongs to the application service irc; declare another name$/;
const other = /existed before and has another password, or none; .*users\.[a-z0-9-]+\.password; if not, name another account with: pulumi/;
const changed = /does not sign in with this stack's password any more: .*; tell the stack .*: pulumi config set --secret --path users\./;
const lockedAdmin = /is locked, so this program cannot act; unlock it as another server admin \(docs\/accounts\.md\)$/;
const lockedBot = /is locked, so the server gives no token for it; unlock it as a server admin \(docs\/accounts\.md\), or declare/;

const gone = { deactivated: true };
const table: Record<KindName, Record<State, Cells>> = {
    user: {
        active: { create: "as it was", read: {}, update: "as it is" },
        locked: { create: "as it was", read: {}, update: "as it is" },
        suspended: { create: "as it was", read: {}, update: "as it is" },
        deactivated: { create: "reactivated", read: gone, update: "reactivated" },
        erased: { create: erased, read: { ...gone, displayName: undefined }, update: erased },
        "shadow-banned": { create: "as it was", read: {}, update: "as it is" },
        "without a password": { create: "as it was", read: {}, update: "as it is" },
        "a guest's": { create: guests },
        "an application service's": { create: services },
    },
    bot: {
        active: { create: persons, read: {}, update: "as it is" },
        locked: { create: lockedBot, read: {}, warns: /is locked: the server takes its token again/, update: "as it is" },
        suspended: { create: persons, read: {}, warns: /is suspended: it can read/, update: "as it is" },
        deactivated: { create: "token", read: gone, update: "token" },
        erased: { create: erased, read: { ...gone, displayName: undefined }, update: erased },
        "shadow-banned": { create: persons, read: {}, warns: /is shadow-banned: nobody sees/, update: "as it is" },
        "without a password": { create: "token", read: { token: "revoked" }, update: "token" },
        "a guest's": { create: guests },
        "an application service's": { create: services },
    },
    administrator: {
        active: { create: "token", read: {}, update: "as it is" },
        locked: { create: lockedAdmin, read: { token: "revoked" }, update: lockedAdmin },
        suspended: { create: "token, freed", read: { hindered: "suspended" }, update: "freed" },
        deactivated: { create: other, read: { token: "revoked" }, update: changed },
        erased: { create: other, read: { token: "revoked" }, update: changed },
        "shadow-banned": { create: "token, freed", read: { hindered: "shadow-banned" }, update: "freed" },
        "without a password": { create: other, read: { token: "revoked" }, update: changed },
        "a guest's": { create: other },
        "an application service's": { create: other },
    },
};

describe("an account", function () {
    this.timeout(120_000);
    let hands: Hands;
    before(async function () {
        this.timeout(240_000);
        hands = await accountHands();
    });

    /** @returns the user ID of an account that somebody else made */
    const existing = async (kind: KindName, state: State): Promise<string> => {
        if (state === "a guest's" || state === "an application service's") {
            const userId = state === "a guest's" ? `@${kind.length}4711:localhost` : `@irc-${kind}:localhost`;
            const [guest, service] = state === "a guest's" ? [1, "null"] : [0, "'irc'"];
            await hands.sql(`insert into users (name, creation_ts, is_guest, appservice_id) values ('${userId}', 1, ${guest}, ${service})`);
            return userId;
        }
        const userId = `@${kind}-${state.replaceAll(" ", "-")}:localhost`;
        await hands.request("PUT", `/v2/users/${userId}`, { password: ownPassword, admin: kind === "administrator" });
        await hands.bring[state](userId);
        return userId;
    };

    for (const [name, cells] of Object.entries(table) as [KindName, Record<State, Cells>][]) {
        const { kind, inputs: inputsOf } = kinds[name];
        for (const [state, expected] of Object.entries(cells) as [State, Cells][]) {
            const { create, read, warns, update } = expected;

            it(`that is ${state}, and is declared as ${name}, is ${create instanceof RegExp ? "refused" : create}`, async () => {
                const userId = await existing(name, state);
                const before = await hands.passwordOf(userId);
                const session = hands.session();
                const inputs = inputsOf(userId);
                if (create instanceof RegExp) {
                    await refused(kind.create(session, inputs), create);
                    assert.equal(await hands.passwordOf(userId), before, "its password was changed");
                    if (name !== "administrator") await refused(kind.foresee?.(hands.session(), inputs, undefined), create);
                    return;
                }
                await kind.foresee?.(hands.session(), inputs, undefined);
                assert.equal(await hands.passwordOf(userId), before, "the preview changed its password");
                const { outputs } = await kind.create(session, inputs);
                const live = await session.account(userId);
                assert.equal(live?.displayName, "Declared");
                assert.equal(live?.deactivated, false);
                if (before !== "") assert.equal(await hands.passwordOf(userId), before, "its password was changed");
                if (name !== "user") assert.ok(outputs.accessToken, "it has no token");
                if (create === "as it was") {
                    assert.equal(outputs.adopted, true);
                    const { locked, suspended, shadowBanned } = live;
                    assert.deepEqual({ locked, suspended, shadowBanned }, flags(state));
                    assert.equal(await hands.passwordOf(userId), before);
                }
                if (create === "token, freed") assert.deepEqual([live.suspended, live.shadowBanned], [false, false]);
            });

            if (!read) continue;
            it(`of ours (${name}) that becomes ${state} is seen, ${update instanceof RegExp ? "refused" : update}, and removed`, async () => {
                const userId = `@our-${name}-${state.replaceAll(" ", "-")}:localhost`;
                const inputs = inputsOf(userId);
                const { outputs } = await kind.create(hands.session(), inputs);
                await hands.bring[state as OwnState](userId);
                const password = await hands.passwordOf(userId);

                const look = hands.session();
                const found = await kind.read(look, userId, inputs, outputs);
                assert.deepEqual(found && changes(inputs, found.inputs), read);
                assert.match(hands.warnings.join("\n"), warns ?? /^$/);

                const wanted = { ...inputs, displayName: "Changed" };
                const session = hands.session();
                const acting = kind.update(session, userId, wanted, found?.inputs, outputs);
                if (update instanceof RegExp) await refused(acting, update);
                else {
                    const after = await acting;
                    const live = await session.account(userId);
                    assert.equal(live?.displayName, "Changed");
                    assert.equal(live?.deactivated, false);
                    if (password !== "") assert.equal(await hands.passwordOf(userId), password, "its password was changed");
                    if (update === "token") assert.notEqual(after.accessToken, outputs.accessToken);
                    else if (name !== "user") assert.equal(after.accessToken, outputs.accessToken);
                    if (update === "as it is") {
                        const { locked, suspended, shadowBanned } = live;
                        assert.deepEqual({ locked, suspended, shadowBanned }, flags(state));
                    }
                    if (update === "freed") assert.deepEqual([live.suspended, live.shadowBanned], [false, false]);
                }

                const before = await session.account(userId);
                await kind.delete(session, userId, inputs, outputs);
                const left = await session.account(userId);
                assert.equal(left?.deactivated, name === "administrator" ? before?.deactivated : true);
                if (name !== "administrator") await kind.delete(session, userId, inputs, outputs);
            });
        }
    }
});

/** Of what `inputs` has, what is another in `found`, and what is there besides. */
function changes(inputs: Record<string, unknown>, found: Record<string, unknown>): Record<string, unknown> {
    const keys = [...new Set([...Object.keys(inputs), ...Object.keys(found)])];
    return Object.fromEntries(keys.filter((key) => inputs[key] !== found[key]).map((key) => [key, found[key]]));
}

function flags(state: State): { locked: boolean; suspended: boolean; shadowBanned: boolean } {
    return { locked: state === "locked", suspended: state === "suspended", shadowBanned: state === "shadow-banned" };
}
