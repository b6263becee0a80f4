import assert from "node:assert/strict";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { type ImageName, versions } from "../../scripts/project/checkout.ts";
import { bomOf, modulesIn, partsOfImage } from "../../scripts/setup/sbom.ts";

/** @returns undefined where the image was pulled from its vendor */
async function purlsOf(name: ImageName): Promise<string[] | undefined> {
    const parts = await partsOfImage(name);
    if (!parts) return undefined;
    const text = bomOf(name, versions.images[name].tag, parts);
    assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text), null);
    return JSON.parse(text).components.map(({ purl }: { purl: string }) => purl);
}

describe("the list of what an image is made of", function () {
    this.timeout(60_000);

    it("follows its schema, and names the program itself, what it is built with, and Debian's libraries", async function () {
        const [caddy, synapse] = [await purlsOf("caddy"), await purlsOf("synapse")];
        if (!caddy || !synapse) return this.skip();
        const has = (purls: string[], purl: RegExp) =>
            assert.ok(
                purls.some((one) => purl.test(one)),
                `${purl}`,
            );
        has(caddy, new RegExp(`^pkg:golang/github.com/caddyserver/caddy/v2@v${versions.images.caddy.tag}$`));
        has(caddy, /^pkg:golang\/stdlib@1\.\d+/);
        has(synapse, new RegExp(`^pkg:pypi/matrix-synapse@${versions.images.synapse.tag}$`));
        has(synapse, /^pkg:pypi\/twisted@\d+/);
        for (const purls of [caddy, synapse]) has(purls, /^pkg:deb\/debian\/libc6@2\.\d+\S+\?arch=/);
    });

    it("is refused by the schema where it is wrong", async () => {
        const wrong = bomOf("x", "1", []).replace('"CycloneDX"', '"Other"');
        assert.notEqual(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(wrong), null);
    });

    it("has of Go modules those that were used in the place of others", () => {
        const printed =
            "caddy: go1.26.8\n\tpath\tx\n\tmod\tx\t(devel)\t\n\tdep\ta.b/c\tv1.0.0\th1:x=\n\tdep\ta.b/d\tv1.0.0\n\t=>\te.f/d\tv2.0.0\th1:y=\n";
        assert.deepEqual(
            modulesIn(printed).map(({ name, version }) => `${name} ${version}`),
            ["stdlib 1.26.8", "a.b/c v1.0.0", "e.f/d v2.0.0"],
        );
    });
});
