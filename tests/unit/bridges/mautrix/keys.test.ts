import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type MautrixPlatform, mautrixNetworks, mautrixPlatforms } from "../../../../components/bridges/mautrix/networks.ts";
import { leftAtDefault } from "./leftAtDefault.ts";
import { rendered } from "./rendered.ts";

/** The keys of an example configuration, a mapping with free keys as one. */
interface Known {
    version: string;
    keys: string[];
}

function known(name: string): Known {
    return JSON.parse(readFileSync(new URL(`keys/${name}.json`, import.meta.url), "utf8"));
}

/** Every setting that adds a key. */
const everySetting: Partial<Record<MautrixPlatform, Record<string, unknown>>> = {
    whatsapp: { deviceName: "Bridge", statusMessages: false },
    signal: { deviceName: "Bridge" },
    gmessages: { deviceName: "Bridge" },
    telegram: { deviceName: "Bridge" },
};

/** @returns paths, down to those that the example has or to a single value */
function keysOf(value: unknown, keys: readonly string[], at = ""): string[] {
    if (keys.includes(at) || typeof value !== "object" || value === null || Array.isArray(value)) return [at];
    return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, keys, at === "" ? key : `${at}.${key}`));
}

const listed = Object.values(leftAtDefault).flat();
const examples: [name: string, platform: MautrixPlatform, settings: Record<string, unknown>][] = [
    ...mautrixPlatforms.map((platform): (typeof examples)[number] => [platform, platform, everySetting[platform] ?? {}]),
    ["instagram", "meta", { app: "instagram" }],
];

describe("the configuration of a bridge of the mautrix family", () => {
    for (const [name, platform, settings] of examples) {
        const { version, keys } = known(name);
        const ours = keysOf(parse(rendered(platform, settings).whole), keys);

        it(`has, for ${name}, the keys of ${version} and no others`, () => {
            assert.equal(version, mautrixNetworks[platform].version);
            assert.deepEqual(
                ours.filter((key) => !keys.includes(key)),
                [],
                `${name} ${version} does not know these`,
            );
        });

        it(`leaves, for ${name}, no key of ${version} out but those that are listed with a reason`, () =>
            assert.deepEqual(
                keys.filter((key) => !ours.includes(key) && !listed.includes(key)),
                [],
            ));

        it(`sets, for ${name}, none of those that are listed as left at their default`, () =>
            assert.deepEqual(
                ours.filter((key) => listed.includes(key)),
                [],
            ));
    }

    it("is left at upstream's default only where a version has the key, each listed once", () => {
        const all = new Set(examples.flatMap(([name]) => known(name).keys));
        assert.deepEqual(
            listed.filter((key, index) => !all.has(key) || listed.indexOf(key) !== index),
            [],
        );
    });
});
