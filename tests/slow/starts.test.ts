import assert from "node:assert/strict";
import { project } from "../../scripts/project/checkout.ts";
import { docker } from "../support/docker.ts";
import { sharedStack, stackName } from "../support/sharedStack.ts";

const starts = 20;
const limitSeconds = 5;

describe("the homeserver", function () {
    this.timeout(300_000);

    it(`answers within ${limitSeconds} s of its container's start, ${starts} times of ${starts}`, async () => {
        const { outputs } = await sharedStack();
        const name = `${project}-${stackName}-homeserver`;
        const seconds: number[] = [];
        for (let start = 0; start < starts; start++) {
            await docker("stop", name);
            await docker("start", name);
            const started = Date.parse(await docker("inspect", "--format", "{{.State.StartedAt}}", name));
            while (!(await answers(outputs.clientUrl))) {
                assert.ok(Date.now() - started < 60_000, `start ${start + 1}: no answer within 60 s`);
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
            seconds.push((Date.now() - started) / 1000);
        }
        seconds.sort((a, b) => a - b);
        console.log(`      ${starts} starts: fastest ${seconds[0]} s, median ${seconds[starts / 2]} s, slowest ${seconds.at(-1)} s`);
        assert.ok((seconds.at(-1) ?? 0) <= limitSeconds, seconds.join(" "));
    });
});

async function answers(url: string): Promise<boolean> {
    const answer = await fetch(`${url}/_matrix/client/versions`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.ok ?? false;
}
