import assert from "node:assert/strict";
import { asEnvironment, asText, shown } from "../../../scripts/cli/credentials.ts";
import type { StackOutputs } from "../../../scripts/project/stacks.ts";

const outputs: StackOutputs = {
    serverName: "example.org",
    clientUrl: "https://example.org",
    adminUserId: "@admin:example.org",
    adminPassword: "admin's password",
    registrationSharedSecret: "s3cr3t-r",
    turnUris: [],
    databaseUrl: "postgresql://synapse:s3cr3t-d@127.0.0.1/synapse",
    users: { alice: { userId: "@alice:example.org", password: "s3cr3t-u" } },
    bots: { "on-call": { userId: "@on-call:example.org", accessToken: "s3cr3t-b" } },
    rooms: {},
};

const secrets = ["admin's password", "s3cr3t-d", "s3cr3t-r", "s3cr3t-u", "s3cr3t-b"];

describe("credentials", () => {
    it("hold no secret unless asked for", () => {
        const hidden = shown(outputs, false);
        for (const text of [JSON.stringify(hidden), asText(hidden), asEnvironment(hidden)]) {
            for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${text}`);
        }
    });

    it("hold every secret where asked for", () => {
        const text = JSON.stringify(shown(outputs, true));
        for (const secret of secrets) assert.ok(text.includes(secret), `${secret} is not in ${text}`);
    });

    it("show nothing of an output that is not named", () => {
        const more = { ...outputs, signingKey: "ed25519 a_1 key" } as StackOutputs;
        assert.deepEqual(shown(more, true), shown(outputs, true));
    });

    it("leave hidden variables out of the environment, and quote what a shell would read otherwise", () => {
        assert.match(asEnvironment(shown(outputs, false)), /^# MATRIX_ADMIN_PASSWORD is hidden: --show-secrets shows it$/m);
        const lines = asEnvironment(shown(outputs, true)).split("\n");
        assert.ok(lines.includes(String.raw`MATRIX_ADMIN_PASSWORD='admin'\''s password'`), lines.join("\n"));
        assert.ok(lines.includes("MATRIX_BOT_ON_CALL_ACCESS_TOKEN='s3cr3t-b'"), lines.join("\n"));
    });
});
