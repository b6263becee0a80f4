import assert from "node:assert/strict";
import { parseSettings as parse } from "../../../components/settings/parse.ts";
import { rotatables, rotationCosts, rotationFaults } from "../../../components/settings/rotation.ts";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";
import { parseSettings } from "../../support/settings.ts";

const all = rotatables.map(({ resource }) => resource);
const deployed = { secrets: [...all, "turn-shared-secret-2", "turn-shared-secret-10"], bots: { notifier: 1, irc: 3 } };
const bots = { notifier: {}, irc: { appservice: { namespace: "irc_" } } };
const of = (overrides: Partial<SettingsInput>) => parseSettings({ bots, ...overrides });
const rotated = (rotation: SettingsInput["rotation"], others: Partial<SettingsInput> = {}) =>
    of({ rotation: { turnSharedSecret: 10, ...rotation, bots: { irc: 3, ...rotation?.bots } }, ...others });

describe("a rotation", () => {
    it("is none while the generations are those in use, nor on a new stack", () => {
        for (const faultsOrCosts of [rotationFaults, rotationCosts]) {
            assert.deepEqual(faultsOrCosts(rotated({}), deployed), []);
            assert.deepEqual(faultsOrCosts(rotated({ signingKey: 7, bots: { notifier: 4 } }), { secrets: [], bots: {} }), []);
        }
    });

    it("is said with what it costs, each secret by itself", () => {
        const wanted = rotated({ databasePassword: 2, turnSharedSecret: 11, bots: { notifier: 2, irc: 4 } });
        assert.deepEqual(rotationFaults(wanted, deployed), []);
        const lines = rotationCosts(wanted, deployed);
        assert.deepEqual(
            lines.map((line) => line.split(" takes")[0]),
            [
                "rotation.databasePassword: generation 2",
                "rotation.turnSharedSecret: generation 11",
                "rotation.bots.notifier: generation 2",
                "rotation.bots.irc: generation 4",
            ],
        );
        assert.match(lines[1] ?? "", /^rotation\.turnSharedSecret: generation 11 takes the place of 10: relay and homeserver restart/);
        for (const line of lines) assert.ok(line.length < 400, line);
    });

    const refused: [what: string, settings: ReturnType<typeof of>, line: RegExp][] = [
        [
            "an earlier generation",
            rotated({ turnSharedSecret: 9 }),
            /^rotation\.turnSharedSecret: is 9, and generation 10 is in use; an earlier one never comes back: set 10, or 11 for a new one$/,
        ],
        ["a line that is taken out", rotated({ bots: { irc: 1 } }), /^rotation\.bots\.irc: is 1, and generation 3 is in use/],
        [
            "a generation that is skipped",
            rotated({ formSecret: 3 }),
            /^rotation\.formSecret: is 3, and generation 1 is in use; the next one is 2$/,
        ],
        [
            "a database's password that is the operator's",
            rotated({ databasePassword: 2 }, { database: { host: "db", password: "word" } }),
            /^rotation\.databasePassword: is 2, but database\.password is given: change it on the server, and set the new one there$/,
        ],
        [
            "the superuser of an existing server",
            rotated({ databaseAdminPassword: 2 }, { database: { host: "db", adminUser: "root", adminPassword: "word" } }),
            /^rotation\.databaseAdminPassword: is 2, but database\.host is an existing server/,
        ],
        [
            "a signing key that is given",
            rotated({ signingKey: 2 }, { homeserver: { signingKey: `ed25519 a_b1C2 ${"A".repeat(43)}` } }),
            /^rotation\.signingKey: is 2, but homeserver\.signingKey is given: .* homeserver\.oldSigningKeys$/,
        ],
        [
            "a relay that is not there",
            rotated({ turnSharedSecret: 11 }, { turn: { enabled: false } }),
            /^rotation\.turnSharedSecret: is 11, but this stack runs no relay/,
        ],
        [
            "a password of the administrator that is given",
            rotated({ administratorPassword: 2 }, { users: { admin: { password: "a long password" } } }),
            /^rotation\.administratorPassword: is 2, but users\.admin\.password is given: set another there$/,
        ],
        ["backups that are not there", rotated({ backupPassword: 2 }), /^rotation\.backupPassword: is 2, but this stack makes no backups/],
        [
            "a bot without a token",
            rotated({ bots: { notifier: 2 } }, { bots: { ...bots, notifier: { deactivated: true } } }),
            /^rotation\.bots\.notifier: is 2, but bot notifier is deactivated, and has no token$/,
        ],
    ];
    for (const [what, settings, line] of refused)
        it(`is refused: ${what}`, () => {
            const lines = rotationFaults(settings, deployed);
            assert.equal(lines.length, 1, lines.join("\n"));
            assert.match(lines[0] ?? "", line);
        });

    it("is refused by the settings themselves: 0, a name that is none, a bot that is none", () => {
        const lines = (rotation: object) =>
            parse({ serverName: "example.org", rotation, bots }).faults.map(({ path, message }) => `${path}: ${message}`);
        assert.deepEqual(lines({ formSecret: 0 }), ["rotation.formSecret: the value given is too small; at least 1"]);
        assert.deepEqual(lines({ formSecret: -1 }), ["rotation.formSecret: the value given is too small; at least 1"]);
        assert.deepEqual(lines({ turnSharedSecrets: 2 }), ["rotation.turnSharedSecrets: is not a setting; did you mean turnSharedSecret?"]);
        assert.match(lines({ passwordSeed: 2 }).join(), /^rotation\.passwordSeed: is not a setting/);
        assert.deepEqual(lines({ bots: { notifer: 2 } }), ["rotation.bots.notifer: is the key of no bot; did you mean notifier?"]);
    });

    it("of the past stays possible where its secret is not used any more", () => {
        const settings = rotated({}, { turn: { enabled: false } });
        assert.deepEqual(rotationFaults(settings, deployed), []);
    });
});
