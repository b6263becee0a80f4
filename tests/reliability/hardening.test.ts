/** Attacks on a stack of its own, in full: each kind ends in a row of the table. */
import assert from "node:assert/strict";
import { actAsOthers, register } from "../support/hardening/accounts.ts";
import { askForAdministration } from "../support/hardening/administration.ts";
import { asFinding, assertRepelled, type Outcome } from "../support/hardening/attack.ts";
import { stepsOfRoot, tryToEscape } from "../support/hardening/escape.ts";
import { tryMethods } from "../support/hardening/methods.ts";
import { reachFromElsewhere } from "../support/hardening/neighbours.ts";
import { leadOutside } from "../support/hardening/outgoing.ts";
import { guess } from "../support/hardening/signIns.ts";
import { holdConnections } from "../support/hardening/slow.ts";
import { smuggle } from "../support/hardening/smuggling.ts";
import { type AttackedStack, attackedStack } from "../support/hardening/stack.ts";
import { uploadHuge } from "../support/hardening/uploads.ts";
import { record } from "../support/reliability.ts";

describe("a stack under attack", function () {
    this.timeout(240_000);
    let target: AttackedStack;
    before(async () => {
        target = await attackedStack();
    });
    after(() => target?.remove());

    async function repels(...outcomes: Outcome[]): Promise<void> {
        for (const outcome of outcomes) record(asFinding(outcome));
        outcomes.forEach(assertRepelled);
    }

    it("keeps its administration API inside, whatever the spelling", async () => repels(await askForAdministration(target, target.token)));
    it("takes no request from within another", async () => repels(await smuggle(target)));
    it("knows no method that repeats requests or makes tunnels", async () => repels(await tryMethods(target)));
    it("makes no account for anyone outside", async () => repels(await register(target)));

    it("lets an application service act for its own users alone", async () => {
        const { users, bots, adminUserId } = target.outputs;
        const others = [adminUserId, users.alice?.userId ?? "", bots.notifier?.userId ?? ""];
        const service = { token: bots.bridge?.accessToken ?? "", own: bots.bridge?.userId ?? "", others };
        await repels(await actAsOthers(target, service));
    });

    it("checks few of ten thousand wrong passwords", async () => {
        const { userId = "", password = "" } = target.outputs.users.alice ?? {};
        await repels(...(await guess(target, 10_000, { userId, password })));
    });

    it("connects to no forbidden address, whoever names it", async () => {
        const another = target.outputs.bots.notifier?.accessToken ?? "";
        await repels(await leadOutside(target, target.token, another, true));
    });

    it("serves others while connections are held open", async () => repels(...(await holdConnections(target, 500))));
    it("refuses bodies of ten gigabytes early", async () =>
        repels(await uploadHuge(target, target.outputs.bots.notifier?.accessToken ?? "")));
    it("shows its inner ports to no other network", async () => repels(await reachFromElsewhere(target)));

    it("lets nobody out of a container", async () => {
        const outcome = await tryToEscape(target);
        const open = await stepsOfRoot();
        assert.ok(open.length > 40, `steps that root may take: ${open}`);
        await repels({ ...outcome, seen: `${outcome.seen}; root with more rights takes ${open.length} of them` });
    });
});
