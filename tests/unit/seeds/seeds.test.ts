import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Content } from "../../../components/content/content.ts";
import { Secrets } from "../../../components/secrets.ts";
import { Seeds } from "../../../components/seeds.ts";
import { declared, registrations, settled, startMocks } from "../../support/mocks.ts";
import { parseSettings } from "../../support/settings.ts";

const commandType = "command:local:Command";

async function declareSeeds(seeds: Record<string, { script: string; as?: string }>): Promise<void> {
    await startMocks();
    const settings = parseSettings({
        users: { alice: {} },
        bots: { notifier: {} },
        spaces: { team: {} },
        rooms: { lobby: { alias: "entrance" } },
        seeds,
    });
    const ready = new pulumi.ComponentResource("test:index:Ready", "ready");
    const administrationUrl = "http://127.0.0.1:8008";
    const secrets = new Secrets("secrets", settings);
    const content = new Content("content", {
        settings,
        secrets,
        homeserver: {
            administrationUrl,
            ready,
            data: ready,
            media: { name: pulumi.output("media"), resource: ready },
            routes: [],
            processes: [],
        },
    });
    new Seeds("seeds", { settings, homeserver: { administrationUrl }, content });
    await settled();
}

describe("seeds", () => {
    before(() => declareSeeds({ welcome: { script: "seeds/welcome.ts", as: "notifier" }, other: { script: "seeds/welcome.ts" } }));

    it("run as the bot that they name, or as the administrator, with the IDs of everything declared", () => {
        const given = (name: string) => JSON.parse(String(declared(commandType, name).inputs.stdin));
        assert.deepEqual(given("seeds-welcome"), {
            homeserverUrl: "http://127.0.0.1:8008",
            accessToken: "token of bot-notifier",
            userId: "@notifier:example.org",
            serverName: "example.org",
            users: { admin: "@admin:example.org", alice: "@alice:example.org" },
            bots: { notifier: "@notifier:example.org" },
            rooms: { lobby: "!room-lobby" },
            spaces: { team: "!space-team" },
            timeout: 120,
        });
        const { accessToken, userId } = given("seeds-other");
        assert.deepEqual([accessToken, userId], ["token of administrator", "@admin:example.org"]);
    });

    it("are run again by their text and their account alone", () => {
        const { triggers, create, update } = declared(commandType, "seeds-welcome").inputs as Record<string, unknown> & {
            triggers: string[];
        };
        assert.match(triggers[0] ?? "", /^[0-9a-f]{64}$/);
        assert.deepEqual(triggers.slice(1), ["@notifier:example.org"]);
        assert.deepEqual([create, update], ["node scripts/project/start.js scripts/seed/run.ts seeds/welcome.ts", "true"]);
        assert.deepEqual((declared(commandType, "seeds-other").inputs.triggers as string[])[0], triggers[0]);
    });

    it("get their token by a secret standard input, print nothing, and have no input of this machine", () => {
        for (const { raw } of registrations.filter(({ type }) => type === commandType)) {
            const { stdin, ...rest } = raw;
            assert.ok(typeof stdin === "object", "standard input is in the clear");
            assert.ok(!JSON.stringify(rest).includes("token of"), "a token is in another input");
            assert.ok(!JSON.stringify(raw).includes(process.cwd()), "a path of this machine is in an input");
            assert.equal(raw.logging, "none");
        }
    });
});
