import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BotContainer } from "../../../consumers/botContainer.ts";
import { declared, settled, startMocks } from "../../support/mocks.ts";

interface Upload {
    file: string;
    content: unknown;
    permissions: string;
    owner?: string;
}

describe("a bot's container", () => {
    before(async () => {
        await startMocks();
        new BotContainer("bot", {
            program: "console.log(1);",
            settings: { room: pulumi.output("!room") },
            secrets: { accessToken: pulumi.secret("syt_token") },
        });
        await settled();
    });
    const inputs = () => declared("docker:index/container:Container", "bot").inputs;

    it("has the token in a file that only its user can read, and nowhere else", () => {
        const uploads = inputs().uploads as Upload[];
        const holders = uploads.filter(({ content }) => JSON.stringify(content).includes("syt_token"));
        assert.deepEqual(
            holders.map(({ file, permissions, owner }) => ({ file, permissions, owner })),
            [{ file: "/app/secrets.json", permissions: "0400", owner: "10001" }],
        );
        const { uploads: _, ...others } = inputs();
        assert.equal(JSON.stringify(others).includes("syt_token"), false);
    });

    it("runs without root, capabilities or new privileges, and within limits", () => {
        const { user, capabilities, securityOpts, memory, memorySwap } = inputs();
        assert.deepEqual(
            { user, capabilities, securityOpts, memory, memorySwap },
            {
                user: "10001:10001",
                capabilities: { drops: ["ALL"] },
                securityOpts: ["no-new-privileges:true"],
                memory: 192,
                memorySwap: 192,
            },
        );
    });

    it("shows program and settings in previews, as inputs of its own", () => {
        assert.deepEqual(declared("matrix-synapse:consumers:BotContainer", "bot").inputs.files, {
            "/app/bot.mjs": "console.log(1);",
            "/app/settings.json": '{"room":"!room"}',
        });
    });
});
