/** The team workspace: rooms as resources, made by a bot with its own token. */
import assert from "node:assert/strict";
import { connect } from "../../../scripts/content/client.ts";
import type { Consumers } from "./stacks.ts";

export function teamWorkspace({ server, alice, example, readable, previewOf }: Consumers): void {
    describe("team workspace", () => {
        const teams = { design: { topic: "Colours", members: ["@alice:localhost"] }, engineering: { members: ["@alice:localhost"] } };
        const workspace = example("team-workspace", { teams });

        const teamRooms = () => (workspace.outputs.teamRooms?.value ?? {}) as Record<string, string>;

        it("has a space with a room for each team", async () => {
            const space: string = workspace.outputs.workspaceId?.value;
            const rooms = teamRooms();
            await alice().joinRoom(space);
            const path = `/_matrix/client/v1/rooms/${encodeURIComponent(space)}/hierarchy`;
            const hierarchy = (await alice().doRequest("GET", path)) as {
                rooms: { room_id: string; name: string; room_type?: string; topic?: string }[];
            };
            const [first, ...children] = hierarchy.rooms;
            assert.deepEqual([first?.room_id, first?.room_type], [space, "m.space"]);
            assert.deepEqual(
                children.map(({ room_id, name, topic }) => ({ room_id, name, topic })).sort((a, b) => (a.name < b.name ? -1 : 1)),
                [
                    { room_id: rooms.design, name: "Team design", topic: "Colours" },
                    { room_id: rooms.engineering, name: "Team engineering", topic: undefined },
                ],
            );
        });

        it("lets its members in", async () => {
            const design = teamRooms().design as string;
            assert.equal(await alice().joinRoom(design), design);
        });

        it("shows what somebody changed by hand, and puts it back", async () => {
            const design = teamRooms().design as string;
            const bot = connect(server().clientUrl, server().bots.workspace?.accessToken as string);
            await bot.sendStateEvent(design, "m.room.topic", "", { topic: "hacked" });
            const { text } = await previewOf(workspace);
            assert.match(text, /\| changed \| room `team-design` \| topic: `hacked` → `Colours` \(drift\) \|/);
            await workspace.stack.up();
            assert.equal((await alice().getRoomStateEvent(design, "m.room.topic", "")).topic, "Colours");
        });

        it("keeps the bot's token to itself", async () => {
            assert.equal((await readable(workspace)).includes(server().bots.workspace?.accessToken as string), false);
        });
    });
}
