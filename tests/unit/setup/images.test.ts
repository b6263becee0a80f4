import assert from "node:assert/strict";
import { execa } from "execa";
import { imageReference, versions } from "../../../scripts/project/checkout.ts";
import { canBeBuilt, imageSteps } from "../../../scripts/setup/images.ts";
import { reaches } from "../../../scripts/setup/reach.ts";

const titles = (steps: { title: string }[]) => steps.map(({ title }) => title);

describe("an image that is its vendor's alone", () => {
    it("is no step where all images are made that any machine can have", () => {
        assert.ok(!canBeBuilt("mautrixSignal") && canBeBuilt("mautrixWhatsapp"));
        assert.ok(titles(imageSteps()).includes(imageReference("mautrixWhatsapp")));
        assert.ok(!titles(imageSteps()).includes(imageReference("mautrixSignal")));
    });

    it("is one where the stack needs it", () =>
        assert.deepEqual(titles(imageSteps(["mautrixSignal"])), [imageReference("base"), imageReference("mautrixSignal")]));

    it("is said to be out of reach in one line where it is", async function () {
        this.timeout(20_000);
        const { upstream = "" } = versions.images.mautrixSlack;
        const there = await execa("docker", ["image", "inspect", upstream], { reject: false });
        if (!there.failed || (await reaches("https://dock.mau.dev/v2/"))) return this.skip();
        const [, step] = imageSteps(["mautrixSlack"]);
        await assert.rejects(
            async () => step?.run(() => {}),
            (error: Error) => /^dock\.mau\.dev\/mautrix\/slack:v0\.2608\.0 cannot be pulled from here, .*[^\n]*$/.test(error.message),
        );
    });
});

describe("an image that is built on another", () => {
    it("comes after it", () =>
        assert.deepEqual(titles(imageSteps(["mautrixWhatsapp"])), [
            imageReference("base"),
            imageReference("mautrix"),
            imageReference("mautrixWhatsapp"),
        ]));
});
