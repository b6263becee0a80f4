import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type MatrixServer, matrixServer } from "../../../consumers/matrixServer.ts";

const stack = "organization/matrix-synapse/dev";
const outputs = {
    serverName: "example.org",
    clientUrl: "https://matrix.example.org",
    turnUris: ["turn:example.org"],
    bots: {
        notifier: { userId: "@notifier:example.org", accessToken: "syt_secret", deviceId: "DEVICE" },
        old: { userId: "@old:example.org" },
    },
    users: { alice: { userId: "@alice:example.org", password: "first" } },
    rooms: { "#lobby:example.org": "!lobby", "#foyer:example.org": "!foyer" },
};

/** What it makes of a stack with these outputs. */
async function server(values: object, secretOutputNames = ["bots", "users"]): Promise<MatrixServer> {
    await pulumi.runtime.setMocks({
        newResource: ({ inputs, name }) => ({ id: name, state: { ...inputs, outputs: values, secretOutputNames } }),
        call: ({ inputs }) => inputs,
    });
    return matrixServer(new pulumi.StackReference(stack));
}

/** Value and secret mark, or the error. */
async function told<T>(output: pulumi.Output<T>): Promise<{ value: T; secret: boolean }> {
    const inner = output as pulumi.Output<T> & { promise(): Promise<T>; isSecret: Promise<boolean> };
    return { value: await inner.promise(), secret: await inner.isSecret };
}

/** Every output of the same thing fails, and one is asked for the reason. */
async function refusal(...outputs: pulumi.Output<unknown>[]): Promise<string> {
    const all = await Promise.allSettled(outputs.map(told));
    const reasons = all.map((one) => (one.status === "rejected" ? (one.reason as Error) : undefined));
    assert.ok(reasons[0], "it did not fail");
    assert.ok(pulumi.RunError.isInstance(reasons[0]), "it would be shown with a stack trace");
    return reasons[0].message;
}

describe("another stack's view of a Matrix server", () => {
    it("has a bot's token as a secret", async () => {
        const bot = (await server(outputs)).bot("notifier");
        assert.deepEqual(await told(bot.accessToken), { value: "syt_secret", secret: true });
        assert.equal((await told(bot.userId)).value, "@notifier:example.org");
        assert.equal((await told(bot.deviceId)).value, "DEVICE");
    });

    it("has a user's first password as a secret", async () => {
        assert.deepEqual(await told((await server(outputs)).user("alice").password), { value: "first", secret: true });
    });

    it("has addresses in the clear", async () => {
        const matrix = await server(outputs);
        assert.deepEqual(await told(matrix.clientUrl), { value: "https://matrix.example.org", secret: false });
        assert.deepEqual(await told(matrix.serverName), { value: "example.org", secret: false });
        assert.deepEqual((await told(matrix.turnUris)).value, ["turn:example.org"]);
    });

    for (const name of ["lobby", "#lobby:example.org"]) {
        it(`finds a room as ${name}`, async () => {
            const room = (await server(outputs)).room(name);
            assert.deepEqual(await told(room.id), { value: "!lobby", secret: false });
            assert.equal((await told(room.alias)).value, "#lobby:example.org");
        });
    }
});

describe("what a stack does not have", () => {
    it("is named, with what was probably meant and what to do", async () => {
        const { accessToken, userId, deviceId } = (await server(outputs)).bot("notifer");
        assert.equal(
            await refusal(accessToken, userId, deviceId),
            `stack ${stack} has no bot "notifer" (did you mean "notifier"?); declare it under bots and run pulumi up there`,
        );
    });

    it("is named with what there is, where nothing is near", async () => {
        const { id, alias } = (await server(outputs)).room("announcements");
        assert.equal(
            await refusal(id, alias),
            `stack ${stack} has no room "announcements" (it has foyer, lobby); declare it under rooms and run pulumi up there`,
        );
    });

    it("may be a room of another server's name", async () => {
        const { id, alias } = (await server(outputs)).room("#lobby:example.com");
        assert.match(await refusal(id, alias), /no room "#lobby:example.com" \(did you mean "#lobby:example.org"\?\)/);
    });

    it("may be all of a kind", async () => {
        const { userId, password } = (await server({ ...outputs, users: {} })).user("alice");
        assert.match(await refusal(userId, password), /has no user "alice" \(it has none\); declare it under users/);
    });

    it("is not found in what every object inherits", async () => {
        const { accessToken, userId, deviceId } = (await server(outputs)).bot("constructor");
        assert.match(await refusal(accessToken, userId, deviceId), /has no bot "constructor"/);
    });

    it("may be a whole output: then it is another program's stack, or was never brought up", async () => {
        const { clientUrl } = await server({ other: 1 });
        assert.equal(
            await refusal(clientUrl),
            `stack ${stack} has no output clientUrl; is it a stack of matrix-synapse? Run pulumi up there`,
        );
    });

    it("may be a field that an older program did not hand out", async () => {
        const { accessToken, deviceId } = (await server(outputs)).bot("old");
        assert.match(await refusal(accessToken, deviceId), /has no accessToken for the bot "old"; its program is older/);
    });
});
