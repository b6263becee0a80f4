/** What cannot be a provider's configuration. */
import assert from "node:assert/strict";
import { faultsInConfig } from "../../../provider/plugin/config.ts";
import { unknown } from "../../../provider/plugin/wire.ts";
import type { ProviderConfig } from "../../../provider/resources/provider.ts";

const homeserverUrl = "https://matrix.example.org";

describe("a provider's configuration", () => {
    const cases: [string, Partial<ProviderConfig>, RegExp][] = [
        ["a URL without a scheme", { homeserverUrl: "matrix.example.org" }, /^homeserverUrl: .* has no scheme; write https:\/\/matrix/],
        ["a host and a port", { homeserverUrl: "127.0.0.1:8008" }, /^homeserverUrl: .* has no scheme; write https:\/\/127\.0\.0\.1:8008$/],
        ["the URL of an API", { homeserverUrl: `${homeserverUrl}/_matrix/client` }, /^homeserverUrl: .* has the path \/_matrix/],
        ["a password in the URL", { homeserverUrl: "https://a:b@example.org" }, /^homeserverUrl: .* has a user name or password in it/],
        ["another protocol", { homeserverUrl: "ws://example.org" }, /^homeserverUrl: .* begins with ws:\/\/; write https:\/\/ or http:/],
        ["no URL", { homeserverUrl: "" }, /^homeserverUrl: is missing; give the homeserver's base URL/],
        ["an empty token", { homeserverUrl, accessToken: "" }, /^accessToken: is empty; give the token of the account that is to act/],
        ["a token with a line's end", { homeserverUrl, accessToken: "syt_abc\n" }, /^accessToken: has a space, a line break or another/],
    ];
    for (const [what, config, expected] of cases) {
        it(`may not have ${what}`, () => {
            const faults = faultsInConfig(config).map(({ property, reason }) => `${property}: ${reason}`);
            assert.equal(faults.length, 1);
            assert.match(faults[0] ?? "", expected);
            assert.ok(!faults[0]?.includes("syt_"), "the token is in the message");
        });
    }

    for (const [what, config] of [
        ["a URL with a slash at its end", { homeserverUrl: `${homeserverUrl}/` }],
        ["a base with a path", { homeserverUrl: `${homeserverUrl}/matrix` }],
        ["a host with a name of a private network", { homeserverUrl: "http://my_server:8008", accessToken: "syt_abc" }],
        ["what is not known yet", { homeserverUrl: unknown, accessToken: unknown }],
    ] as const) {
        it(`may have ${what}`, () => assert.deepEqual(faultsInConfig(config), []));
    }
});
