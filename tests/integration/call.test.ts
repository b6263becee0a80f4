/** A call between two people, each in a browser with a camera and a microphone of its own, through this program's homeserver and relay. */
import assert from "node:assert/strict";
import type { Server } from "node:http";
import { join, relative } from "node:path";
import type { Browser } from "playwright-core";
import { accessBy } from "../../scripts/content/access.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { root, toolsDir } from "../../scripts/project/checkout.ts";
import { openBrowser, readyBrowser } from "../support/browser.ts";
import { type Caller, openCaller, type RelayAnswer } from "../support/call/caller.ts";
import type { Seen, Session } from "../support/call/callPage.ts";
import { servePage } from "../support/call/serve.ts";
import { callStack, type roomKeys } from "../support/callStack.ts";
import { eventually } from "../support/docker.ts";
import type { StackOutputs } from "../support/stack.ts";

const screenshot = join(toolsDir, "screenshots/call.png");

describe("A call", function () {
    this.timeout(60_000);

    let sessions: Session[];
    let rooms: Record<string, string>;
    let page: { server: Server; url: string };
    let browser: Browser;
    let people: [Caller, Caller];

    before(async function () {
        this.timeout(300_000);
        const [outputs, program] = await Promise.all([callStack(), readyBrowser()]);
        rooms = outputs.rooms;
        sessions = await Promise.all(["alice", "bob"].map((key) => sessionOf(outputs, key)));
        await liftLimits(outputs);
        page = await servePage();
        browser = await openBrowser(program);
    });

    after(async () => {
        await browser?.close();
        page?.server.close();
    });

    /** Alice has called Bob in this room and he has answered; `relay` changes what they get to see of the server's answer. */
    async function call(key: (typeof roomKeys)[number], relay?: (answer: RelayAnswer) => RelayAnswer): Promise<[Caller, Caller]> {
        const [alice, bob] = (await Promise.all(sessions.map((session) => openCaller(browser, page.url, session, relay)))) as [
            Caller,
            Caller,
        ];
        people = [alice, bob];
        const room = rooms[`#${key}:localhost`] ?? assert.fail(`no room ${key}`);
        await Promise.all([bob.ask("answer", room), alice.ask("place", room)]);
        return people;
    }

    afterEach(async () => {
        await people[0].ask("hangUp");
        await Promise.all(people.map((person) => reaches(person, "ended")));
        await Promise.all(people.map((person) => person.close()));
    });

    it("brings each the other's picture and sound, from relay to relay", async () => {
        for (const person of await call("lounge")) {
            await isSeenAndHeard(person);
            await pictureMoves(person);
            const { route, candidates } = await person.ask("seen");
            assert.deepEqual([route?.local, route?.remote], ["relay", "relay"]);
            assert.deepEqual([...new Set(candidates)], ["relay"]);
        }
        await people[0].photograph(screenshot);
        console.log(`      screenshot: ${relative(root, screenshot)}`);
    });

    it("ends for both when one hangs up", async () => {
        const [alice, bob] = await call("hall");
        await Promise.all(people.map((person) => reaches(person, "connected")));
        await bob.ask("hangUp");
        await reaches(alice, "ended");
        await reaches(bob, "ended");
    });

    it("works for people whose network lets only TCP out", async () => {
        for (const person of await call("cellar", (answer) => ({
            ...answer,
            uris: answer.uris.filter((uri) => uri.endsWith("transport=tcp")),
        }))) {
            await isSeenAndHeard(person);
            assert.equal((await person.ask("seen")).route?.transport, "tcp");
        }
    });

    it("has no way round the relay: without its password, nothing gets through", async () => {
        for (const person of await call("attic", (answer) => ({ ...answer, password: "wrong" }))) {
            await eventually("the relay refuses", 20_000, async () => {
                const refusals = await person.ask("refusals");
                assert.ok(
                    refusals.some((refusal) => refusal.startsWith("401 ")),
                    `${refusals}`,
                );
            });
            const { candidates, route, frames } = await person.ask("seen");
            assert.deepEqual({ candidates, route, frames }, { candidates: [], route: undefined, frames: 0 });
        }
    });
});

/** A call is some eight messages: one after the other, without a pause, they come to more than a person may send. */
async function liftLimits(outputs: StackOutputs): Promise<void> {
    const { clientUrl, adminUserId, adminPassword, users } = outputs;
    const administrator = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "CALLS"));
    await Promise.all(Object.values(users).map(({ userId }) => accessBy(administrator, outputs).administration.setUnlimited(userId, true)));
}

async function sessionOf({ clientUrl: homeserver, users }: StackOutputs, key: string): Promise<Session> {
    const { userId, password } = users[key] ?? assert.fail(`no ${key}`);
    // A client takes what comes from a device of its own name for its own echo.
    const deviceId = `CALLER-${key}`;
    return { homeserver, userId, deviceId, accessToken: await signIn(homeserver, userId, password, deviceId) };
}

/** Connected, and more arrives than had. */
async function isSeenAndHeard(person: Caller): Promise<void> {
    await reaches(person, "connected");
    const first = await person.ask("seen");
    await eventually("pictures and sound arrive", 10_000, async () => {
        const then = await person.ask("seen");
        for (const count of ["frames", "videoBytes", "audioPackets"] satisfies (keyof Seen)[])
            assert.ok(then[count] > first[count] && first[count] >= 0, `${count}: ${first[count]}, then ${then[count]}`);
    });
}

/** What is shown has a size and changes. */
async function pictureMoves(person: Caller): Promise<void> {
    const first = await person.ask("picture");
    assert.ok(first.width > 0 && first.height > 0, `${first.width} × ${first.height}`);
    await eventually("the picture changes", 10_000, async () => assert.notEqual((await person.ask("picture")).image, first.image));
}

async function reaches(person: Caller, state: string): Promise<void> {
    await eventually(state, 20_000, async () => assert.equal(await person.ask("state"), state));
}
