import assert from "node:assert/strict";
import { faultInRepository } from "../../../components/backup/repository.ts";
import { faultInSchedule, scheduleOf } from "../../../components/backup/schedule.ts";
import { parseSettings } from "../../../components/settings/parse.ts";

const faults = (backup: object, more: object = {}) =>
    parseSettings({ serverName: "example.org", backup, ...more }).faults.map(({ path, message }) => `${path}: ${message}`);
const s3 = { accessKeyId: "key", secretAccessKey: "secret" };

describe("the settings of backups", () => {
    it("need a place and nothing else, and no place means no backups", () => {
        for (const backup of [{}, { repository: "/srv/backup" }, { repository: "s3:https://s3.example.org/backups", s3 }])
            assert.deepEqual(faults(backup), []);
    });

    const wrong: [what: string, given: object, line: string, more?: object][] = [
        [
            "a relative path",
            { repository: "backup" },
            'backup.repository: "backup" is neither a directory of the Docker host, such as /srv/backup, nor an S3 repository, such as s3:https://HOST/BUCKET',
        ],
        [
            "a way through ..",
            { repository: "/srv/../etc" },
            `backup.repository: "/srv/../etc" leads through . or ..; give the directory's plain path`,
        ],
        [
            "a colon",
            { repository: "/srv/a:b" },
            'backup.repository: "/srv/a:b" has a colon, a comma or a space, with which Docker mounts no directory; take another',
        ],
        [
            "a store without a bucket",
            { repository: "s3:https://s3.example.org", s3 },
            'backup.repository: "s3:https://s3.example.org" is not an S3 repository; write s3:https://HOST/BUCKET or s3:https://HOST/BUCKET/FOLDER',
        ],
        [
            "a store with its password",
            { repository: "s3:https://key:secret@s3.example.org/backups", s3 },
            "backup.repository: the value given is not an S3 repository; write s3:https://HOST/BUCKET or s3:https://HOST/BUCKET/FOLDER",
        ],
        [
            "a store without access",
            { repository: "s3:https://s3.example.org/backups" },
            "backup.s3: is missing: set accessKeyId, and run: pulumi config set --secret --path backup.s3.secretAccessKey",
        ],
        [
            "access to no store",
            { repository: "/srv/backup", s3 },
            "backup.s3: is for a repository in S3, and backup.repository is a directory; remove one of them",
        ],
        ["access and no place", { s3 }, "backup.s3: has no effect without backup.repository; set that too"],
        [
            "a schedule of another kind",
            { repository: "/b", schedule: "0 3 * * *" },
            'backup.schedule: "0 3 * * *" is not a time of day in UTC, such as "03:15", nor with a day of the week, such as "Sun 03:15"',
        ],
        [
            "an hour that no day has",
            { repository: "/b", schedule: "24:00" },
            'backup.schedule: "24:00" is not a time of day in UTC, such as "03:15", nor with a day of the week, such as "Sun 03:15"',
        ],
        ["nothing kept", { repository: "/b", keep: "0d" }, 'backup.keep: "0d" is not a duration with its unit, such as 12h, 30d, 8w or 1y'],
        ["less than a day kept", { repository: "/b", keep: "12h" }, 'backup.keep: "12h" is less than a day; the shortest is 1d'],
        ["no time for losses", { repository: "/b", maxLoss: 0 }, "backup.maxLoss: 0 is too small; at least 10"],
        [
            "a directory that is none",
            { repository: "/b", include: ["bots"] },
            'backup.include.0: "bots" is not a directory of the Docker host, such as /srv/bots',
        ],
        [
            "a directory with the repository in it",
            { repository: "/srv/backup", include: ["/srv"] },
            'backup.include.0: "/srv" has /srv/backup in it; name each directory once',
        ],
        [
            "a directory in another",
            { repository: "/b", include: ["/srv/bots", "/srv"] },
            'backup.include.1: "/srv" has /srv/bots in it; name each directory once',
        ],
        ["directories and no place", { include: ["/srv"] }, "backup.include: has no effect without backup.repository; set that too"],
        [
            "an existing database",
            { repository: "/b" },
            "backup.repository: is for the stack's own database server; back up the one of database.host where it runs, and remove this setting",
            { database: { host: "db.example.org", adminPassword: "secret" } },
        ],
    ];
    for (const [what, given, line, more] of wrong) it(`refuse ${what}`, () => assert.deepEqual(faults(given, more), [line]));
});

describe("a schedule", () => {
    const day = 86_400;
    /** The moment that was last, as wal.sh computes it. */
    const due = (text: string, now: string) => {
        const { period, offset } = scheduleOf(text);
        const seconds = Date.parse(now) / 1000;
        return new Date((Math.floor((seconds - offset) / period) * period + offset) * 1000).toISOString();
    };

    it("is each day at that time", () => {
        assert.deepEqual(scheduleOf("03:15"), { period: day, offset: 3 * 3600 + 15 * 60 });
        assert.equal(due("03:15", "2026-11-26T18:00:00Z"), "2026-11-26T03:15:00.000Z");
        assert.equal(due("03:15", "2026-11-26T03:14:59Z"), "2026-11-25T03:15:00.000Z");
    });

    it("is each week on that day", () => {
        // A Thursday.
        assert.equal(due("Sun 03:15", "2026-11-26T18:00:00Z"), "2026-11-22T03:15:00.000Z");
        assert.equal(due("Thu 18:00", "2026-11-26T18:00:00Z"), "2026-11-26T18:00:00.000Z");
        assert.equal(due("Thu 18:01", "2026-11-26T18:00:00Z"), "2026-11-19T18:01:00.000Z");
    });

    it("has no other forms", () => {
        for (const text of ["", "3:15", "03:60", "Sunday 03:15", "sun 03:15", "03:15 Sun", "@daily"])
            assert.ok(faultInSchedule(text), text);
        for (const place of ["/", "/srv/backup", "s3:http://127.0.0.1:9000/backups/chat"])
            assert.equal(faultInRepository(place), undefined, place);
    });
});
