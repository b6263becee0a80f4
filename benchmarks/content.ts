// How long users and rooms take: `make bench` (a stack of its own each size; 15 minutes in all; MEMBERS=10 for fuller rooms).
//
// For each size: a server without content; the same things by bare requests to its API, eight at a time, as the
// baseline; `pulumi up` with the content declared; `pulumi up` again; one topic changed. Ratios are against the baseline
// of the same server in the same run.
import { performance } from "node:perf_hooks";
import type { SettingsInput } from "../components/settings/schema/index.ts";
import { saveAccount } from "../scripts/content/accounts.ts";
import { connect } from "../scripts/content/client.ts";
import { signIn } from "../scripts/content/signIn.ts";
import { configure, destroyStack, openStack, plain, smallStack } from "../tests/support/stack.ts";

const stackName = "test-bench";
const base = 22000;
const sizes = process.argv.slice(2).map(Number);

const membersEach = Number(process.env.MEMBERS ?? 2);

/** Ten rooms for a hundred users. */
function content(users: number): Pick<SettingsInput, "users" | "rooms" | "bots"> {
    const name = (index: number) => `user${index % users}`;
    const members = (room: number) =>
        Object.fromEntries(Array.from({ length: membersEach }, (_, index) => [name(room * membersEach + index), 0]));
    return {
        bots: {},
        users: Object.fromEntries(Array.from({ length: users }, (_, index) => [name(index), { displayName: `User ${index}` }])),
        rooms: Object.fromEntries(
            Array.from({ length: users / 10 }, (_, room) => [
                `room${room}`,
                { name: `Room ${room}`, topic: "First", members: members(room) },
            ]),
        ),
    };
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await act();
    return (performance.now() - start) / 1000;
}

async function eightAtATime(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
    let next = 0;
    await Promise.all(
        Array.from({ length: 8 }, async () => {
            for (let index = next++; index < count; index = next++) await act(index);
        }),
    );
}

interface Figures {
    users: number;
    hashes: number;
    bareUsers: number;
    bareRooms: number;
    up: number;
    again: number;
    change: number;
    destroy: number;
}

async function measure(users: number): Promise<Figures> {
    await destroyStack(stackName);
    configure(stackName, smallStack(base, { bots: {}, rooms: {} }));
    const stack = await openStack(stackName);
    const { clientUrl, adminUserId, adminPassword } = plain((await stack.up()).outputs);
    const client = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "BENCHMARK"));

    const bare = (index: number) => `@bare${index}:localhost`;
    // Without a password nothing is hashed: the difference is what hashing costs.
    const withoutHashes = await seconds(() =>
        eightAtATime(users, (index) => saveAccount(client, `@plain${index}:localhost`, { displayName: `User ${index}` })),
    );
    const bareUsers = await seconds(() =>
        eightAtATime(users, (index) =>
            saveAccount(client, bare(index), { displayName: `User ${index}`, password: "a password of 24 letters" }),
        ),
    );
    const bareRooms = await seconds(() =>
        eightAtATime(users / 10, async (room) => {
            const roomId = await client.createRoom({
                preset: "private_chat",
                name: `Room ${room}`,
                topic: "First",
                room_alias_name: `bare${room}`,
            });
            for (let index = 0; index < membersEach; index++) {
                const path = `/_synapse/admin/v1/join/${encodeURIComponent(roomId)}`;
                await client.doRequest("POST", path, undefined, { user_id: bare((room * membersEach + index) % users) });
            }
        }),
    );

    const declared = content(users);
    configure(stackName, smallStack(base, declared));
    const up = await seconds(() => stack.up());
    const again = await seconds(() => stack.up());
    configure(
        stackName,
        smallStack(base, { ...declared, rooms: { ...declared.rooms, room0: { ...declared.rooms?.room0, topic: "Second" } } }),
    );
    const change = await seconds(() => stack.up());
    const destroy = await seconds(() => destroyStack(stackName));
    return { users, hashes: bareUsers - withoutHashes, bareUsers, bareRooms, up, again, change, destroy };
}

console.log(
    "| users | rooms | bare requests: users | of it hashing | bare requests: rooms | `pulumi up` | ratio | again | one topic changed | destroy |",
);
console.log("|---|---|---|---|---|---|---|---|---|---|");
for (const size of sizes.length > 0 ? sizes : [100, 300, 1000]) {
    const { users, hashes, bareUsers, bareRooms, up, again, change, destroy } = await measure(size);
    const s = (value: number) => `${value.toFixed(1)} s`;
    const ratio = (up / (bareUsers + bareRooms)).toFixed(2);
    console.log(
        `| ${users} | ${users / 10} | ${s(bareUsers)} | ${s(hashes)} | ${s(bareRooms)} | ${s(up)} | ${ratio} | ${s(again)} | ${s(change)} | ${s(destroy)} |`,
    );
}
