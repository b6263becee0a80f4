/** The alert hub: a webhook that posts into a room. */
import assert from "node:assert/strict";
import { project } from "../../../scripts/project/checkout.ts";
import { nodeImage, openExample } from "../../support/example.ts";
import { type Consumers, hubPort, stackName } from "./stacks.ts";

export function alertHub({ server, hear, example, readable, previewOf }: Consumers): void {
    describe("alert hub", () => {
        const hub = example("alert-hub", { image: nodeImage, port: hubPort });
        const post = (body: string, authorization = `Bearer ${hub.outputs.webhookToken?.value}`) =>
            fetch(hub.outputs.webhookUrl?.value, { method: "POST", headers: { authorization }, body });
        const alerts = () => server().rooms["#alerts:localhost"] as string;

        it("posts what arrives at its webhook into the room", async () => {
            const answer = await post(JSON.stringify({ text: "Disk <b>full</b> on db1" }));
            assert.equal(answer.status, 200);
            const message = await hear(alerts(), /Disk/);
            assert.deepEqual(message.content, { msgtype: "m.text", body: "Disk <b>full</b> on db1" });
            assert.equal(message.sender, server().bots.notifier?.userId);
            assert.equal(message.event_id, ((await answer.json()) as { eventId: string }).eventId);
        });

        it("reads what Alertmanager sends", async () => {
            const alert = (status: string, summary: string) => ({
                status,
                labels: { alertname: "DiskFull", severity: "page" },
                annotations: { summary },
            });
            await post(JSON.stringify({ version: "4", alerts: [alert("firing", "db1 is at 95 %"), alert("resolved", "db2 is at 60 %")] }));
            const { content } = await hear(alerts(), /DiskFull/);
            assert.equal(content.body, "🔥 DiskFull (page): db1 is at 95 %\n✅ DiskFull (page): db2 is at 60 %");
        });

        it("refuses who does not know its token, what it cannot read and what is too large", async () => {
            const statusOf = async (answer: Promise<Response>) => (await answer).status;
            assert.equal(await statusOf(post('{"text":"x"}', "Bearer wrong")), 401);
            assert.equal(await statusOf(post("not JSON")), 400);
            assert.equal(await statusOf(post('{"alerts":[]}')), 400);
            assert.equal(await statusOf(post(JSON.stringify({ text: "x".repeat(40_000) }))), 413);
        });

        it("keeps its tokens to itself", async () => {
            assert.equal(hub.outputs.webhookToken?.secret, true);
            const shown = await readable(hub);
            for (const token of [hub.outputs.webhookToken?.value, server().bots.notifier?.accessToken]) {
                assert.equal(shown.includes(token as string), false);
            }
        });

        it("fails in the preview where the room is not there, and says what to do", async () => {
            const { workDir } = hub.stack.workspace;
            await openExample("alert-hub", stackName, { image: nodeImage, port: hubPort, room: "alrets" }, workDir);
            const { text, succeeded } = await previewOf(hub);
            assert.equal(succeeded, false);
            const reference = `organization/${project}/${stackName}`;
            assert.ok(
                text.includes(
                    `stack ${reference} has no room "alrets" (did you mean "alerts"?); declare it under rooms and run pulumi up there`,
                ),
                text,
            );
        });
    });
}
