import assert from "node:assert/strict";
import { passwordsIn, withPassword } from "../../../components/backup/passwords.ts";
import { faultsIn } from "../../../components/backup/trial.ts";

const said = (repository: string, ...lines: string[]) => faultsIn(["said", ...lines].join("\n"), { repository, stack: "prod" });
const directory = "/srv/backup";
const bucket = "s3:https://s3.example.org/backups";
const none = "Is there a repository at the following location?";

describe("the place of backups, as it is found", () => {
    it("is right where it is the stack's own, or nothing is there yet", () => {
        assert.deepEqual(faultsIn("ours\n", { repository: directory, stack: "prod" }), []);
        assert.deepEqual(
            said(directory, "Fatal: unable to open config file: stat /repository/config: no such file or directory", none, "/repository"),
            [],
        );
        assert.deepEqual(said(bucket, "Fatal: unable to open config file: Stat: The specified key does not exist.", none, bucket), []);
    });

    const wrong: [what: string, faults: string[], line: RegExp][] = [
        [
            "not writable",
            faultsIn("unwritable", { repository: directory, stack: "prod" }),
            /run there: sudo chown -R 991:991 \/srv\/backup$/,
        ],
        [
            "a directory of something else",
            faultsIn("foreign", { repository: directory, stack: "prod" }),
            /\/srv\/backup has other files in it and no backups; name an empty directory$/,
        ],
        [
            "of another server",
            said(directory, "Fatal: wrong password or no key found"),
            /holds the backups of another server, or of a lost stack: restore that \(make restore STACK=prod/,
        ],
        [
            "a bucket that is missing",
            said(bucket, "Fatal: unable to open config file: Stat: The specified bucket does not exist", none, bucket),
            /^backup\.repository: there is no such bucket: s3:https:\/\/s3\.example\.org\/backups; create it first$/,
        ],
        [
            "a refused key",
            said(bucket, "Fatal: unable to open config file: Stat: The Access Key Id you provided does not exist in our records."),
            /^backup\.s3: the store refuses this access key: Stat: The Access Key Id/,
        ],
        [
            "no access",
            said(bucket, "Fatal: unable to open config file: Stat: Access Denied.", none),
            /^backup\.s3: the store refuses this access key: Stat: Access Denied\.$/,
        ],
        [
            "nobody there",
            said(
                bucket,
                `Fatal: unable to open config file: Stat: Get "https://s3.example.org/": dial tcp: lookup s3.example.org: no such host`,
                none,
            ),
            /^backup\.repository: s3:\S+ does not answer: Stat: Get .*no such host$/,
        ],
        ["no answer at all", said(bucket), /does not answer: no answer within 30 s$/],
    ];
    for (const [what, faults, line] of wrong)
        it(`is told to be wrong: ${what}`, () => {
            assert.equal(faults.length, 1);
            assert.match(faults[0] ?? "", line);
        });
});

describe("the passwords of a stack's own backups", () => {
    const made = (name: string, password: string) => ({
        urn: `urn:pulumi:prod::matrix-synapse::random:index/randomPassword:RandomPassword::${name}`,
        outputs: { result: { plaintext: JSON.stringify(password) } },
    });
    const stack = { urn: "urn:pulumi:prod::matrix-synapse::pulumi:pulumi:Stack::matrix-synapse-prod", outputs: {} };

    it("are in the state as soon as they are made, also where the update was killed before its outputs were", () => {
        assert.deepEqual(passwordsIn({ deployment: { resources: [stack, made("backup-password", "the word")] } }), ["the word"]);
        assert.deepEqual(passwordsIn({ deployment: { resources: [stack] } }), []);
        assert.deepEqual(passwordsIn({}), []);
    });

    it("are known latest first, and restored with the one that the repository has", () => {
        const resources = [made("backup-password", "1"), made("backup-password-10", "10"), made("backup-password-9", "9")];
        assert.deepEqual(passwordsIn({ deployment: { resources } }), ["10", "9", "1"]);
        assert.deepEqual(passwordsIn(withPassword({ deployment: { resources } }, "later")), ["later", "9", "1"]);
        assert.deepEqual(passwordsIn({ deployment: { resources } }), ["10", "9", "1"]);
    });
});
