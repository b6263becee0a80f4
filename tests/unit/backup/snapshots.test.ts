import assert from "node:assert/strict";
import { choose, type Snapshot } from "../../../scripts/backup/snapshots.ts";

const at = (time: string, id: string, ...tags: string[]): Snapshot => ({ id, time: `2026-11-${time}Z`, hostname: "example.org", tags });
const seconds = (time: string) => Date.parse(`2026-11-${time}Z`) / 1000;
const copy = (time: string, id: string) => at(time, id, "copy", `at=${seconds(time)}`, "major=15");
const log = (time: string, id: string, from: string) => at(time, id, "log", `from=${seconds(from)}`, `to=${seconds(time)}`);
const media = (time: string, id: string, after: string) => at(time, id, "media", `after=${seconds(after)}`);
const all = [
    at("25T00:00:00", "stack 1", "stack"),
    copy("25T03:15:00", "copy 1"),
    log("25T03:16:00", "log 1", "25T03:15:00"),
    media("25T03:16:05", "media 1", "25T03:16:00"),
    copy("26T03:15:00", "copy 2"),
    at("26T11:00:00", "stack 2", "stack"),
    log("26T12:00:00", "log 2", "25T03:15:00"),
    media("26T12:00:05", "media 2", "26T12:00:00"),
    log("26T12:01:00", "log 3", "25T03:15:00"),
];
const moment = (time: string) => seconds(time) * 1000;

describe("the snapshots that a restore takes", () => {
    it("are the latest of which the media are there", () => {
        const { copy, log, media, stack, major, until } = choose([...all].reverse());
        assert.deepEqual([copy.id, log, media, stack, major, until], ["copy 2", "log 2", "media 2", "stack 2", 15, undefined]);
    });

    it("are the latest log, where the media are more than a minute behind", () => {
        const { log: chosen, media } = choose([...all, log("26T12:01:01", "log 4", "25T03:15:00")]);
        assert.deepEqual([chosen, media], ["log 4", "media 2"]);
    });

    it("are the first log and media that have a moment, and the copy before it", () => {
        const { copy, log, media, stack } = choose(all, moment("25T10:00:00"));
        assert.deepEqual([copy.id, log, media, stack], ["copy 1", "log 2", "media 2", "stack 1"]);
        assert.equal(choose(all, moment("26T10:00:00")).copy.id, "copy 2");
    });

    it("are of one log without a gap: a copy from before it began anew is of no use to it", () => {
        const anew = [...all, log("26T13:00:00", "log 4", "26T12:30:00"), media("26T13:00:05", "media 3", "26T13:00:00")];
        assert.equal(choose(anew).log, "log 3");
        const { copy: from, log: leads } = choose([...anew, copy("26T12:30:00", "copy 3")]);
        assert.deepEqual([from.id, leads], ["copy 3", "log 4"]);
    });

    it("have the directories of the host that were stored with them, and none that were taken out since", () => {
        const files = at("26T12:00:07", "files", "files", "directory=/srv/bots", "directory=/srv/more");
        assert.deepEqual(choose([...all, files]).files, { id: "files", directories: ["/srv/bots", "/srv/more"] });
        const later = ["26T12:20:00", "26T12:21:00"].map((time) => log(time, time, "25T03:15:00"));
        assert.equal(choose([...all, files, ...later]).files, undefined);
    });

    const refused: [what: string, snapshots: Snapshot[], until: number | undefined, line: string][] = [
        ["an empty repository", [], undefined, "this repository has no whole backup yet"],
        [
            "a database without media",
            all.filter(({ tags }) => !tags?.includes("media")),
            undefined,
            "this repository has no whole backup yet",
        ],
        [
            "a log without the copy that it continues",
            all.filter(({ tags }) => !tags?.includes("copy")),
            undefined,
            "this repository has no whole backup yet",
        ],
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
            moment("26T12:01:30"),
            "2026-11-26T12:01:30Z is after the last backup, which is of 2026-11-26T12:01:00Z; leave the time out to restore that",
        ],
        [
            "two servers",
            [...all, { ...copy("26T12:02:00", "d"), hostname: "else.org" }],
            undefined,
            "this repository is shared by several servers (example.org, else.org); each needs its own",
        ],
    ];
    for (const [what, snapshots, until, message] of refused)
        it(`are not there: ${what}`, () => assert.throws(() => choose(snapshots, until), { message }));
});
