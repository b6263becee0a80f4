/** Attacks that take seconds; all of them are in tests/reliability/hardening.test.ts. */
import assert from "node:assert/strict";
import { signIn } from "../../scripts/content/signIn.ts";
import { register } from "../support/hardening/accounts.ts";
import { administrationPaths, askForAdministration } from "../support/hardening/administration.ts";
import { assertRepelled, type Outcome, type Target } from "../support/hardening/attack.ts";
import { stepsOfRoot, tryToEscape } from "../support/hardening/escape.ts";
import { tryMethods } from "../support/hardening/methods.ts";
import { reachFromElsewhere } from "../support/hardening/neighbours.ts";
import { guess } from "../support/hardening/signIns.ts";
import { smuggle } from "../support/hardening/smuggling.ts";
import { base, sharedStack, stackName } from "../support/sharedStack.ts";

describe("a stack under attack", function () {
    this.timeout(120_000);
    let target: Target;
    let token: string;
    before(async () => {
        const { outputs } = await sharedStack();
        target = { stack: stackName, base, outputs };
        token = await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS");
    });

    function repels(...outcomes: Outcome[]): void {
        for (const { tried, times, seen } of outcomes) console.log(`      ${tried}: ${times} times; ${seen}`);
        outcomes.forEach(assertRepelled);
    }

    it("keeps its administration API inside, whatever the spelling", async () =>
        repels(await askForAdministration(target, token, administrationPaths.slice(0, 1))));
    it("takes no request from within another", async () => repels(await smuggle(target)));
    it("knows no method that repeats requests or makes tunnels", async () => repels(await tryMethods(target)));
    it("makes no account for anyone outside", async () => repels(await register(target)));
    it("shows its inner ports to no other network", async () => repels(await reachFromElsewhere(target)));

    it("checks few wrong passwords, and lets the owner of the account in afterwards", async () => {
        const { adminUserId: userId, adminPassword: password } = target.outputs;
        repels(...(await guess(target, 240, { userId, password })));
    });

    it("lets nobody out of a container", async () => {
        repels(await tryToEscape(target));
        const open = await stepsOfRoot();
        assert.ok(open.length > 40, `steps that root may take: ${open}`);
    });
});
