/** Accounts that change hands: marked, renamed, demoted, with other passwords than declared. */
import assert from "node:assert/strict";
import { administrator } from "../../provider/plugin/administrator.ts";
import { bot } from "../../provider/plugin/bot.ts";
import { room } from "../../provider/plugin/room.ts";
import { user } from "../../provider/plugin/user.ts";
import { connect } from "../../scripts/content/client.ts";
import { Session } from "../../scripts/content/session.ts";
import { accountHands, administratorInputs, botInputs, type Hands, ownPassword, refused, userInputs } from "../support/accountStates.ts";

const roomInputs = (alias: string) =>
    ({
        alias,
        space: false,
        visibility: "private",
        joinRule: "invite",
        historyVisibility: "shared",
        encrypted: false,
        administered: true,
        onDelete: "leave",
    }) as const;

describe("an account", function () {
    this.timeout(120_000);
    let hands: Hands;
    before(async function () {
        this.timeout(240_000);
        hands = await accountHands();
    });

    it("that is marked as a bot is taken over by a bot's declaration", async () => {
        const userId = "@marked:localhost";
        await hands.request("PUT", `/v2/users/${userId}`, { password: ownPassword, user_type: "bot" });
        const { outputs } = await bot.create(hands.session(), botInputs(userId));
        assert.equal(await connect(hands.clientUrl, outputs.accessToken).getUserId(), userId);
    });

    const lockedBot = /is locked, so the server gives no token for it; unlock it as a server admin \(docs\/accounts\.md\), or declare/;

    it("of a bot that is locked while its token is renewed is refused, and works once it is unlocked", async () => {
        const userId = "@our-renewed:localhost";
        const inputs = botInputs(userId);
        const { outputs } = await bot.create(hands.session(), inputs);
        await connect(hands.clientUrl, outputs.accessToken).doRequest("POST", "/_matrix/client/v3/logout");
        const found = await bot.read(hands.session(), userId, inputs, outputs);
        assert.equal(found?.inputs.token, "revoked");
        await hands.bring.locked(userId);
        await refused(bot.update(hands.session(), userId, inputs, found?.inputs, outputs), lockedBot);
        await refused(bot.foresee?.(hands.session(), inputs, found?.inputs), lockedBot);
        await hands.request("PUT", `/v2/users/${userId}`, { locked: false });
        const after = await bot.update(hands.session(), userId, inputs, found?.inputs, outputs);
        assert.equal(await connect(hands.clientUrl, after.accessToken).getUserId(), userId);
        assert.equal(after.deviceId, outputs.deviceId);
    });

    it("cannot be a user's and become a bot's in one run, whose end would deactivate it", async () => {
        const userId = "@turncoat:localhost";
        const inputs = userInputs(userId);
        const { outputs } = await user.create(hands.session(), inputs);
        const session = hands.session();
        await user.read(session, userId, inputs, outputs);
        // As the plugin's server notes after each look.
        session.held.set(userId, "user-turncoat");
        const expected =
            /is user-turncoat of this stack so far, whose removal in the same run would deactivate it; if only its key changed/;
        await refused(bot.create(session, botInputs(userId)), expected);
        await refused(user.foresee?.(session, inputs, undefined), expected);
    });

    it("keeps the password that was given once it is given no more, and the output does not tell another one", async () => {
        const userId = "@given:localhost";
        const inputs = userInputs(userId);
        const before = { ...inputs, password: "given by hand" };
        const { outputs } = await user.create(hands.session(), before);
        const first = await hands.passwordOf(userId);
        const after = await user.update(hands.session(), userId, inputs, before, outputs);
        assert.equal(after.adopted, true);
        assert.equal(await hands.passwordOf(userId), first);
        const anew = await user.update(hands.session(), userId, { ...inputs, password: "given anew" }, inputs, after);
        assert.equal(anew.adopted, undefined);
        assert.notEqual(await hands.passwordOf(userId), first);
    });

    it("of the administrator gets the password that is declared, while it is signed in", async () => {
        const userId = "@our-chief:localhost";
        const inputs = administratorInputs(userId);
        const { outputs } = await administrator.create(hands.session(), inputs);
        const first = await hands.passwordOf(userId);
        const wanted = { ...inputs, password: "another declared one" };
        // It signs in with the new one.
        const { accessToken: token } = await administrator.update(hands.session(), userId, wanted, inputs, outputs);
        assert.equal(await connect(hands.clientUrl, token).getUserId(), userId);
        assert.notEqual(await hands.passwordOf(userId), first);
    });

    it("of the administrator that is a server admin no more is refused, with what to do", async () => {
        const userId = "@our-fallen:localhost";
        const inputs = administratorInputs(userId);
        const { outputs } = await administrator.create(hands.session(), inputs);
        await hands.request("PUT", `/v2/users/${userId}`, { admin: false });
        const found = await administrator.read(hands.session(), userId, inputs, outputs);
        const expected = /is not a server admin any more; make it one as another server admin \(docs\/accounts\.md\)$/;
        await refused(administrator.update(hands.session(), userId, inputs, found?.inputs ?? inputs, outputs), expected);
        await refused(
            administrator.create(hands.session(), inputs),
            /existed before and is not a server admin; make it one \(docs\/accounts\.md\), or name another account with/,
        );
    });

    it("that exists is looked at in the preview before it becomes the administrator", async () => {
        const userId = "@our-heir:localhost";
        await hands.request("PUT", `/v2/users/${userId}`, { password: ownPassword });
        const inputs = { ...administratorInputs(userId), passwordSetting: "users.heir.password" };
        const look = async (more: object = {}) =>
            (await administrator.refusals?.(hands.session(), { ...inputs, ...more }, undefined))?.map(({ reason: why }) => why);
        assert.match(String(await look()), /existed before and is not a server admin; make it one/);
        assert.match(
            String(await look({ password: "not theirs" })),
            /existed before and has another password.* with: pulumi config set --secret --path users\.heir\.password; if not/,
        );
        await hands.request("PUT", `/v2/users/${userId}`, { admin: true });
        assert.deepEqual(await look(), []);
        assert.deepEqual(await look({ userId: "@nobody-yet:localhost" }), []);
        assert.equal(await hands.sql(`select count(*) from devices where user_id = '${userId}'`), "0", "the look left a session");
    });

    it("that is suspended cannot be a room's new member, which the preview says", async () => {
        const userId = "@our-silenced:localhost";
        await hands.request("PUT", `/v2/users/${userId}`, { password: ownPassword });
        const inputs = { ...roomInputs("#silenced:localhost"), members: { [userId]: 0 } };
        const refusals = (before?: Parameters<NonNullable<typeof room.refusals>>[1]) => room.refusals?.(hands.session(), inputs, before);
        assert.deepEqual(await refusals(), []);
        const { id } = await room.create(hands.session(), inputs);
        await hands.bring.suspended(userId);
        // It is in the room already.
        assert.deepEqual(await refusals(), []);
        await connect(hands.clientUrl, (await hands.request("POST", `/v1/users/${userId}/login`, {})).access_token).leaveRoom(id);
        const [refusal] = (await refusals({ ...inputs, members: {} })) ?? [];
        assert.match(
            refusal?.reason ?? "",
            /^members\.@our-silenced:localhost cannot be brought in while the account is suspended; lift that/,
        );
    });

    it("that the provider acts as is not deactivated when its entry is removed", async () => {
        const userId = "@carol:localhost";
        await hands.request("PUT", `/v2/users/${userId}`, { admin: true });
        const { access_token } = await hands.request("POST", `/v1/users/${userId}/login`, {});
        const acting = new Session({ homeserverUrl: hands.clientUrl, accessToken: access_token }, () => {});
        await user.delete(acting, userId, userInputs(userId), {});
        assert.equal((await hands.session().account(userId))?.deactivated, false);
        await hands.request("PUT", `/v2/users/${userId}`, { admin: false });
    });

    it("cannot be declared by an account that is no server admin, and the error says so", async () => {
        const { access_token } = await hands.request("POST", "/v1/users/@carol:localhost/login", {});
        const acting = new Session({ homeserverUrl: hands.clientUrl, accessToken: access_token, passwordSeed: "seed" }, () => {});
        await refused(
            user.create(acting, userInputs("@never:localhost")),
            /^only a server admin can declare accounts, and the provider's accessToken is not of one; make/,
        );
    });
});
