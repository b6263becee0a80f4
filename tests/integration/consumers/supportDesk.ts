/** The support desk: a bot opens a room for each ticket. */
import assert from "node:assert/strict";
import { docker, eventually } from "../../support/docker.ts";
import { nodeImage } from "../../support/example.ts";
import type { Consumers } from "./stacks.ts";

interface SyncAnswer {
    next_batch: string;
    rooms?: { invite?: object };
}

export function supportDesk({ server, alice, messages, write, hear, example, readable }: Consumers): void {
    describe("support desk", () => {
        const desk = example("support-desk", { image: nodeImage, answers: { printer: "Is it switched on?" } });
        const deskId = () => server().rooms["#desk:localhost"] as string;
        /** The server answers the same first sync from its memory for a while, so each goes on from the one before. */
        let since: string | undefined;
        const invitation = async (): Promise<string> => {
            const answer = (await alice().doRequest("GET", "/_matrix/client/v3/sync", {
                timeout: 0,
                ...(since ? { since } : {}),
            })) as SyncAnswer;
            since = answer.next_batch;
            const [roomId] = Object.keys(answer.rooms?.invite ?? {});
            if (!roomId) throw new Error("no invitation yet");
            return roomId;
        };
        let ticket: string;

        it("opens a room for a ticket and answers there", async () => {
            await write(deskId(), "!ticket The printer in room 7 | `smokes`\nand it is loud");
            ticket = await eventually("an invitation", 20_000, invitation);
            await alice().joinRoom(ticket);
            const first = await hear(ticket, /Your ticket: The printer in room 7/);
            assert.equal(first.sender, server().bots.helpdesk?.userId);
            assert.match(first.content.body ?? "", /Is it switched on\?$/);
            const name = await alice().getRoomStateEvent(ticket, "m.room.name", "");
            assert.equal(name.name, "Ticket: The printer in room 7 | `smokes`");
            await hear(deskId(), /your ticket is #ticket-[0-9a-f]{10}:localhost/);
        });

        it("answers what a user writes in the ticket's room", async () => {
            await write(ticket, "It is still there.");
            await hear(ticket, /^Thank you, noted/);
        });

        it("answers once what was written while it was away", async () => {
            const name: string = desk.outputs.containerName?.value;
            await docker("stop", name);
            await write(ticket, "Is the PRINTER fixed now?");
            await docker("start", name);
            await eventually("an answer to what was missed", 30_000, async () => {
                const answers = (await messages(ticket)).filter(({ content }) => content.body === "Is it switched on?");
                if (answers.length !== 1) throw new Error(`${answers.length} answers`);
            });
            await write(ticket, "Thanks");
            await eventually("an answer to the next one", 20_000, async () => {
                const bodies = (await messages(ticket)).map(({ content }) => content.body);
                assert.deepEqual(
                    bodies.slice(-4),
                    ["Is the PRINTER fixed now?", "Is it switched on?", "Thanks", "Thank you, noted. A person will answer here."],
                    "not answered once each",
                );
            });
        });

        it("closes a ticket when it is told to", async () => {
            await write(ticket, "!close");
            await hear(ticket, /^Closed by @alice:localhost/);
            await eventually("the bot to leave", 20_000, async () => {
                const joined = await alice().getJoinedRoomMembers(ticket);
                if (joined.includes(server().bots.helpdesk?.userId ?? "")) throw new Error("it is still there");
            });
        });

        it("keeps the bot's token to itself", async () => {
            assert.equal((await readable(desk)).includes(server().bots.helpdesk?.accessToken as string), false);
        });
    });
}
