/** The guides for operators, followed to the letter. Another guide is another entry. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../../scripts/project/checkout.ts";
import { removeRepository, repositoryDirectory } from "../support/backup.ts";
import { docker } from "../support/docker.ts";
import { postgresImage } from "../support/olderImages.ts";
import { type Guide, Reader } from "../support/reader.ts";
import { record } from "../support/reliability.ts";
import { smallStack } from "../support/stack.ts";

const repository = repositoryDirectory();
const newerPostgres = "matrix-synapse-test/postgres:17";

/** What a reader sees at the end of each. */
const guides: (Guide & { sees: RegExp[] })[] = [
    {
        document: "docs/operations.md",
        stackName: "test-operations",
        names: { "example.org": "localhost", "sudo install": "install", "/srv/backup": repository },
        settings: smallStack(22600, { protectData: true }),
        before: {
            "make restore": async (reader) => {
                const password = /^\w{48}$/m.exec(reader.shown)?.[0];
                assert.ok(password, "the repository's password was not shown");
                await reader.loseMachine();
                await reader.moveToAnotherMachine();
                writeFileSync(join(reader.directory, "password"), password, { mode: 0o600 });
            },
        },
        sees: [
            /Your Matrix server is up\./,
            /^Everything up to .* is in the repository \(\d+ s\)\.$/m,
            /The latest backup can be restored: 2 accounts, 1 rooms, \d+ events, 0 files of media\./,
            /Stack test-operations is restored \(\d+ s\)\.\n +Accounts +2$/m,
            /rotation\.turnSharedSecret: generation 2 takes the place of 1: relay and homeserver restart/,
            /Stack test-operations is down: /,
        ],
    },
    {
        document: "docs/postgres.md",
        stackName: "test-postgres-guide",
        names: { "docker.io/library/postgres:17-bookworm": newerPostgres },
        settings: smallStack(22700),
        stands: true,
        sees: [/Your Matrix server is up\./, /PostgreSQL 17/],
    },
    {
        document: "docs/hardening.md",
        stackName: "test-hardening-guide",
        names: {},
        settings: {},
        sees: [/\.tools\/sbom\/synapse\.cdx\.json/],
    },
];

describe("a reader of the guides for operators, who types what stands there", function () {
    this.timeout(900_000);
    before(() => postgresImage("17", "trixie"));
    after(() => removeRepository(repository));

    for (const { sees, ...guide } of guides)
        it(`gets to the end of ${guide.document}, and has seen what it promises`, async () => {
            const reader = await Reader.of(guide);
            try {
                const started = Date.now();
                await reader.read();
                for (const line of sees) assert.match(reader.shown, line);
                const filter = ["--quiet", "--filter", `label=${stackLabel}=${stackPrefix(project, guide.stackName)}`];
                const left = [await docker("ps", "--all", ...filter), await docker("volume", "ls", ...filter)];
                if (!guide.stands) assert.deepEqual(left, ["", ""], "something is left of the stack");
                record({
                    tried: `commands of ${guide.document}`,
                    times: reader.typed,
                    lost: 0,
                    seen: `each did what it promises (${Math.round((Date.now() - started) / 1000)} s)`,
                });
            } finally {
                await reader.end();
            }
        });
});
