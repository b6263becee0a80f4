import assert from "node:assert/strict";
import { choose, type Snapshot } from "../../../scripts/backup/snapshots.ts";

const at = (time: string, id: string, ...tags: string[]): Snapshot => ({ id, time: `2026-11-${time}Z`, hostname: "example.org", tags });
const from = `from=${Date.parse("2026-11-25T03:15:00Z") / 1000}`;
const database = (time: string, id: string) => at(time, id, "database", from, "major=15");
const all = [
    at("25T00:00:00", "stack 1", "stack"),
    database("25T03:16:00", "database 1"),
    at("25T03:16:05", "media 1", "media"),
    at("26T11:00:00", "stack 2", "stack"),
    database("26T12:00:00", "database 2"),
    at("26T12:00:05", "media 2", "media"),
    database("26T12:01:00", "database 3"),
];
const moment = (time: string) => Date.parse(`2026-11-${time}Z`);

describe("the snapshots that a restore takes", () => {
    it("are the latest database of which the media are there, and the state of then", () => {
        const { database, media, stack, major, until } = choose([...all].reverse());
        assert.deepEqual([database, media, stack, major, until], ["database 2", "media 2", "stack 2", 15, undefined]);
    });

    it("are the first that have a moment", () => {
        const { database, media, stack } = choose(all, moment("25T10:00:00"));
        assert.deepEqual([database, media, stack], ["database 2", "media 2", "stack 1"]);
    });

    const refused: [what: string, snapshots: Snapshot[], until: number | undefined, line: string][] = [
        ["an empty repository", [], undefined, "this repository has no whole backup yet"],
        ["a database without media", [database("25T03:16:00", "d")], undefined, "this repository has no whole backup yet"],
        [
            "no state",
            all.filter(({ tags }) => !tags?.includes("stack")),
            undefined,
            "this repository has the data and not the stack's state; while the server still runs: make backup",
        ],
        [
            "a moment before the first copy",
            all,
            moment("25T03:14:00"),
            "2026-11-25T03:14:00Z is before the first backup, which is of 2026-11-25T03:15:00Z",
        ],
        [
            "a moment after the last",
            all,
            moment("26T12:00:30"),
            "2026-11-26T12:00:30Z is after the last backup, which is of 2026-11-26T12:00:00Z; leave the time out to restore that",
        ],
        [
            "two servers",
            [...all, { ...database("26T12:02:00", "d"), hostname: "else.org" }],
            undefined,
            "this repository is shared by several servers (example.org, else.org); each needs its own",
        ],
    ];
    for (const [what, snapshots, until, message] of refused)
        it(`are not there: ${what}`, () => assert.throws(() => choose(snapshots, until), { message }));
});
