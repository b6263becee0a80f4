import assert from "node:assert/strict";
import { signIn } from "../../scripts/content/signIn.ts";
import { stackName } from "../../scripts/project/checkout.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { openStack, plain, type StackOutputs } from "../support/stack.ts";

describe(`the ${stackName} stack (\`make up\` brings it up)`, function () {
    this.timeout(20_000);
    let outputs: StackOutputs;
    before(async () => {
        outputs = plain(await (await openStack(stackName)).outputs());
        assert.ok(outputs.clientUrl, `the ${stackName} stack is not up: run \`make up\``);
    });

    it("runs a healthy container for each part", () => allHealthy(stackName));

    it("answers clients", async () => {
        const { versions } = (await (await fetch(`${outputs.clientUrl}/_matrix/client/versions`)).json()) as { versions: string[] };
        assert.ok(versions.includes("v1.11"), versions.join());
    });

    it("is closed to who would register", async () => {
        const answer = await fetch(`${outputs.clientUrl}/_matrix/client/v3/register`, { method: "POST", body: "{}" });
        assert.equal(answer.status, 403);
    });

    it("serves its well-known file over TLS", async () => {
        const port = (await containers(stackName)).gateway?.HostConfig.PortBindings["443/tcp"]?.[0]?.HostPort;
        const answer = await askGateway(Number(port), "/.well-known/matrix/client", outputs.certificateAuthority);
        assert.deepEqual(JSON.parse(answer.body), outputs.wellKnown.client);
    });

    it("lets the bot speak and the administrator read", () => botSpeaksAndAdministratorReads(outputs));

    it("gives a relay to a signed-in user", async () => {
        const accessToken = await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS");
        const answer = await fetch(`${outputs.clientUrl}/_matrix/client/v3/voip/turnServer`, {
            headers: { authorization: `Bearer ${accessToken}` },
        });
        assert.deepEqual(((await answer.json()) as { uris: string[] }).uris, outputs.turnUris);
    });
});
