/** One stack with a bridge to IRC for all files of a run: brought up by the first that asks, destroyed when all are done. */
import { IrcTalk } from "./talk.ts";

const talk = new IrcTalk({ stackName: "test-bridge-irc", base: 13_400, exempt: true, pause: 0 });
let begun: Promise<void> | undefined;

export async function sharedTalk(): Promise<IrcTalk> {
    begun ??= talk.begin();
    await begun;
    return talk;
}

after(async function () {
    this.timeout(120_000);
    if (begun) await talk.end();
});
