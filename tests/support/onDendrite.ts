/** Root hook of a run with HOMESERVER=dendrite: skips what is left out there. Mocha loads it by --require. */
import { basename } from "node:path";
import type { Context } from "mocha";
import { leftOut } from "./leftOutOnDendrite.ts";

export const mochaHooks = {
    beforeEach(this: Context): void {
        const test = this.currentTest;
        const file = basename(test?.file ?? "", ".test.ts");
        if (leftOut[file]?.[test?.title ?? ""] !== undefined) this.skip();
    },
};
