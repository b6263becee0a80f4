import assert from "node:assert/strict";
import type { EngineEvent, Stack, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { accessBy } from "../../scripts/content/access.ts";
import { connect } from "../../scripts/content/client.ts";
import { stateKeyOf } from "../../scripts/content/room/declared.ts";
import { membershipOf, readRoom } from "../../scripts/content/room/live.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { allHealthy, eventually } from "../support/docker.ts";
import { drifts, id, open, picture } from "../support/drifts.ts";
import type { Hands } from "../support/hands.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-drift";
const base = 30000;

const declared: Partial<SettingsInput> = {
    users: {
        admin: { displayName: "Operator" },
        named: { displayName: "Named" },
        pictured: { avatar: picture },
        plain: {},
        gone: {},
        member: {},
        leaver: {},
    },
    bots: { revoked: {}, unlimited: { unlimited: true } },
    spaces: { team: {} },
    rooms: {
        home: { ...open, members: { gone: 10 } },
        topic: { ...open, topic: "Declared" },
        name: { ...open, name: "Declared" },
        avatar: { ...open, avatar: picture },
        listed: open,
        opened: open,
        history: { ...open, historyVisibility: "joined" },
        alias: open,
        kicked: { ...open, members: { member: 25 } },
        banned: { ...open, members: { member: 25 } },
        raised: { ...open, members: { member: 25 } },
        guest: open,
        invites: { ...open, powerLevels: { invite: 50 } },
        events: { ...open, powerLevels: { events: { "m.room.topic": 0 } } },
        unpinned: { ...open, pinnedMessage: "Read me" },
        redacted: { ...open, pinnedMessage: "Read me" },
        kept: { ...open, retention: "30d" },
        child: { ...open, parent: "team" },
        left: { ...open, members: { member: 100 } },
        deleted: open,
        quit: { ...open, members: { leaver: 0 } },
    },
};

/** What a preview would do to each resource, refreshes left out. */
async function previewed(stack: Stack): Promise<{ steps: Map<string, StepEventMetadata>; warnings: string }> {
    const steps = new Map<string, StepEventMetadata>();
    let warnings = "";
    await stack.preview({
        onEvent: ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
            const metadata = resourcePreEvent?.metadata;
            if (metadata && !["same", "refresh"].includes(metadata.op)) steps.set(metadata.urn.split("::").at(-1) ?? "", metadata);
            if (diagnosticEvent?.severity === "warning") warnings += diagnosticEvent.message;
        },
    });
    return { steps, warnings };
}

function at(value: unknown, path: string): unknown {
    const keys = [...path.matchAll(/\["([^"]+)"\]|([^.[\]]+)/g)].map(([, quoted, plainKey]) => quoted ?? plainKey ?? "");
    return keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], value);
}

describe("drift", function () {
    this.timeout(300_000);
    let stack: Stack;
    let outputs: StackOutputs;
    let found: Awaited<ReturnType<typeof previewed>>;
    let hands: Hands;

    const handsOf = async (current: StackOutputs): Promise<Hands> => {
        const { clientUrl, adminUserId, adminPassword } = current;
        const administrator = hands?.administrator ?? connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "BY_HAND"));
        const access = accessBy(administrator, current);
        const room = (key: string) => current.rooms[`#${key}:localhost`] as string;
        const live = async (key: string) => {
            const found = await readRoom(access, room(key));
            assert.ok(found, `there is no room ${key}`);
            return found;
        };
        return {
            administrator,
            administration: access.administration,
            room,
            as: async (user) => connect(clientUrl, await signIn(clientUrl, id(user), current.users[user]?.password ?? "", "BY_HAND")),
            bot: (key) => connect(clientUrl, current.bots[key]?.accessToken ?? ""),
            state: async (key, type, stateKey = "") => (await live(key)).state.get(stateKeyOf(type, stateKey))?.content,
            membership: async (key, user) => membershipOf(await live(key), id(user))?.membership,
        };
    };

    before(async () => {
        await destroyStack(stackName);
        configure(stackName, smallStack(base, declared));
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
        hands = await handsOf(outputs);
        await (await hands.as("leaver")).leaveRoom(hands.room("quit"));
        for (const { byHand } of drifts) await byHand(hands);
        found = await previewed(stack);
        await stack.up();
        outputs = plain(await stack.outputs());
        hands = await handsOf(outputs);
    });
    after(() => destroyStack(stackName));

    for (const { title, of, shows, restored } of drifts) {
        it(`shows and takes back: ${title}`, async () => {
            const step = found.steps.get(of);
            assert.ok(step, `the preview says nothing of ${of}`);
            if (shows === "create") assert.equal(step.op, "create");
            else {
                assert.equal(step.op, "update");
                assert.deepEqual(Object.keys(step.detailedDiff ?? {}), Object.keys(shows));
                for (const [path, [live, wanted]] of Object.entries(shows)) {
                    assert.deepEqual(at(step.old?.inputs, path), live);
                    if (wanted === "the space") assert.equal(at(step.new?.inputs, path), hands.room("team"));
                    else assert.deepEqual(at(step.new?.inputs, path), wanted);
                }
            }
            await restored(hands);
        });
    }

    it("is nothing else: no other resource is in the preview", () => {
        assert.deepEqual([...found.steps.keys()].sort(), drifts.map(({ of }) => of).sort());
    });

    it("is none after `pulumi up`", async () => {
        assert.deepEqual([...(await previewed(stack)).steps.keys()], []);
    });

    it("is not seen in a member who left on purpose, and nobody calls them back", async () => {
        assert.equal(await hands.membership("quit", "leaver"), "leave");
    });

    it("is put back for a member who left, once the declaration names them anew", async () => {
        const without = { ...declared, rooms: { ...declared.rooms, quit: open } };
        configure(stackName, smallStack(base, without));
        await stack.up();
        configure(stackName, smallStack(base, declared));
        await stack.up();
        assert.equal(await hands.membership("quit", "leaver"), "join");
    });

    it("of the administrator's own token is renewed, and the preview says so", async () => {
        await hands.administrator.doRequest("POST", "/_matrix/client/v3/logout/all");
        const { steps, warnings } = await previewed(stack);
        assert.deepEqual(steps.get("administrator")?.old?.inputs.token, "revoked");
        assert.match(warnings, /Drift was not looked at: the server does not take the provider.s accessToken/);
        await stack.up();
        assert.deepEqual([...(await previewed(stack)).steps.keys()], []);
    });

    for (const [role, what] of [
        ["homeserver", /Drift was not looked at: http:\/\/127\.0\.0\.1:30008 does not answer/],
        ["database", /Drift was not looked at: /],
    ] as const) {
        it(`is not looked at where ${role} is stopped, and the preview works and says so`, async () => {
            const container = `matrix-synapse-${stackName}-${role}`;
            await execa("docker", ["stop", container]);
            try {
                const { steps, warnings } = await previewed(stack);
                assert.match(warnings, what);
                assert.deepEqual([...steps.keys()], []);
            } finally {
                await execa("docker", ["start", container]);
                await eventually("all healthy", 60_000, () => allHealthy(stackName));
            }
        });
    }
});
