/** Sign-ins with wrong passwords, each attacker in a container of the stack's network, so that it has an address of its own. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { imageReference } from "../../../scripts/project/checkout.ts";
import { networkOf, type Outcome, type Target } from "./attack.ts";

const program = readFileSync(new URL("guess.py", import.meta.url), "utf8");

interface Person {
    userId: string;
    password: string;
}

interface Guessed {
    answers: Record<string, number>;
    seconds: number;
}

type Mode = "account" | "forged" | "accounts";

/** Seconds that one attacker has at most. */
const mostSeconds = 90;

async function guessed(target: Target, mode: Mode, count: number, userId: string): Promise<Guessed> {
    const place = ["run", "--rm", "--interactive", "--network", networkOf(target), "--cap-drop", "ALL", "--entrypoint", "python3"];
    const { stdout } = await execa(
        "docker",
        [...place, imageReference("synapse"), "-", "gateway", `${count}`, `${mostSeconds}`, mode, userId],
        { input: program },
    );
    return JSON.parse(stdout);
}

/**
 * homeserver.limits.logins.address by default: as many sign-ins as one address has at most. `failed` lets far fewer through, but Synapse counts a
 * failure after the check, so that those that come at the same time are checked all.
 */
const limit = { perSecond: 0.1, burst: 30 };

const allowed = (seconds: number, addresses: number) => addresses * (limit.burst + Math.ceil(limit.perSecond * seconds));

/**
 * From one address, from one that writes others into its headers, from three at once, and for accounts that there are none of.
 * @param count of sign-ins, over all of these
 */
export async function guess(target: Target, count: number, person: Person): Promise<Outcome[]> {
    const share = Math.ceil(count / 6);
    const one = await outcome("wrong passwords: one account, one address", [await guessed(target, "account", share, person.userId)]);
    const forged = await outcome("wrong passwords: addresses in headers", [await guessed(target, "forged", share, person.userId)]);
    const together = await Promise.all([1, 2, 3].map(() => guessed(target, "account", share, person.userId)));
    const three = await outcome("wrong passwords: one account, three addresses", together);
    const waited = await signInAgain(target, person);
    const many = await outcome("wrong passwords: many accounts, one address", [await guessed(target, "accounts", share, person.userId)]);
    return [one, forged, { ...three, seen: `${three.seen}; its owner signs in ${waited.toFixed(1)} s later` }, many];
}

async function outcome(tried: string, results: Guessed[]): Promise<Outcome> {
    const sum = (status: string) => results.reduce((total, { answers }) => total + (answers[status] ?? 0), 0);
    const times = results.reduce((total, { answers }) => total + Object.values(answers).reduce((a, b) => a + b, 0), 0);
    const seconds = Math.max(...results.map((result) => result.seconds));
    const checked = sum("403");
    const most = allowed(seconds, results.length);
    return {
        tried,
        times,
        succeeded: [
            ...(sum("200") > 0 ? [`${sum("200")} signed in`] : []),
            ...(checked > most ? [`${checked} passwords were checked, and ${most} are allowed`] : []),
            // Of thousands at once some may wait for too long; more would mean that they attack nothing.
            ...(sum("no answer") > times / 10 ? [`${sum("no answer")} were not answered`] : []),
        ],
        seen: `${checked} of ${times} were checked in ${seconds.toFixed(1)} s, ${sum("429")} refused before, ${sum("no answer")} not answered in time`,
    };
}

/** @returns seconds until the owner of the account, elsewhere, may sign in */
async function signInAgain({ outputs }: Target, { userId, password }: Person): Promise<number> {
    const began = Date.now();
    for (;;) {
        const body = JSON.stringify({ type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password });
        const { status } = await fetch(`${outputs.clientUrl}/_matrix/client/v3/login`, { method: "POST", body });
        const seconds = (Date.now() - began) / 1000;
        if (status === 200) return seconds;
        if (status !== 429 || seconds > 60) throw new Error(`the account's owner cannot sign in: ${status} after ${seconds} s`);
        await sleep(500);
    }
}
