import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Secrets } from "../../../components/secrets.ts";
import { publicPart, signingKey } from "../../../matrix/signingKey.ts";
import { container, declareStack } from "../../support/declaredStack.ts";
import { declared, registrations, resolved } from "../../support/mocks.ts";
import { parseSettings } from "../../support/settings.ts";

const passwordType = "random:index/randomPassword:RandomPassword";
const passwords = () => registrations.filter(({ type }) => type === passwordType).map(({ name }) => name);
const secretOf = (part: string, path: string) => container(part).uploads.find(({ file }) => file === path)?.content;

describe("rotated secrets", () => {
    it("are resources beside the earlier ones, which stay, and without a rotation nothing is declared anew", async () => {
        await declareStack();
        const before = passwords();
        assert.ok(before.length >= 7 && before.every((name) => !/\d$/.test(name)), before.join());
        assert.deepEqual(declared("matrix-synapse:index:Secrets", "secrets").inputs, {});
        await declareStack({ rotation: { databasePassword: 3, formSecret: 2 } });
        const added = passwords().filter((name) => !before.includes(name));
        assert.deepEqual(added.sort(), ["database-password-2", "database-password-3", "form-secret-2"]);
        assert.ok(before.every((name) => passwords().includes(name)));
        assert.deepEqual(declared("matrix-synapse:index:Secrets", "secrets").inputs, {
            generations: { databasePassword: 3, formSecret: 2 },
        });
    });

    it("are what every part of the stack gets, and none keeps the earlier one", async () => {
        await declareStack({
            rotation: { databasePassword: 2, databaseAdminPassword: 2, registrationSharedSecret: 2, macaroonSecretKey: 2, formSecret: 2 },
        });
        const files = JSON.stringify([container("homeserver").uploads, container("database").uploads]);
        for (const name of [
            "database-password",
            "database-admin-password",
            "registration-shared-secret",
            "macaroon-secret-key",
            "form-secret",
        ]) {
            assert.ok(files.includes(`password of ${name}-2`), name);
            assert.ok(!files.includes(`password of ${name}"`) && !files.includes(`password of ${name}\\n`), name);
        }
        assert.equal(declared("postgresql:index/role:Role", "database-synapse-role").inputs.password, "password of database-password-2");
    });

    it("of registration: the provider of accounts gets the new one", async () => {
        await declareStack({ rotation: { registrationSharedSecret: 2 } });
        for (const name of ["registrar", "matrix"]) {
            const { inputs, raw } = declared("pulumi:providers:matrix", name);
            assert.equal(inputs.registrationSharedSecret, "password of registration-shared-secret-2");
            assert.ok(!JSON.stringify(raw.registrationSharedSecret).startsWith('"'), "the secret is in the clear");
        }
    });

    it("of registration: a preview that makes it has the one before there, so that accounts and rooms do not show as changed", async () => {
        const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
            id: name,
            state: { ...inputs, ...(name === "registration-shared-secret" && { result: "the one before" }) },
        });
        await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "matrix-synapse", "test", true);
        const { rotation } = parseSettings({ rotation: { registrationSharedSecret: 2 } });
        const secrets = new Secrets("secrets", {
            protectData: true,
            applicationServices: [],
            puppetServices: [],
            bridges: {},
            homeserver: {},
            rotation,
        });
        assert.equal(await resolved(secrets.knownRegistrationSharedSecret), "the one before");
    });

    it("of the relay: it accepts the last two, and the homeserver signs by the last", async () => {
        await declareStack({ rotation: { turnSharedSecret: 3 } });
        assert.equal(
            secretOf("relay", "/etc/coturn/turnserver.conf"),
            "static-auth-secret=password of turn-shared-secret-3\nstatic-auth-secret=password of turn-shared-secret-2\n",
        );
        assert.equal(secretOf("homeserver", "/run/secrets/turn-shared-secret"), "password of turn-shared-secret-3");
    });

    it("of the signing key: all earlier ones stay published, with those that are given", async () => {
        const given = { "ed25519:a_0000": { key: "A".repeat(43), expiredTs: 1_500_000_000_000 } };
        await declareStack({ rotation: { signingKey: 3 }, homeserver: { oldSigningKeys: given } });
        const keys = ["signing-key-seed", "signing-key-seed-2", "signing-key-seed-3"].map((name) => signingKey(`password of ${name}`));
        assert.equal(secretOf("homeserver", "/run/secrets/signing.key"), keys[2]);
        const { old_signing_keys: old } = parse(String(secretOf("homeserver", "/run/secrets/retired-signing-keys.yaml")));
        const [first, second] = keys.map(publicPart);
        assert.deepEqual(Object.fromEntries(Object.entries(old).map(([id, entry]) => [id, (entry as { key: string }).key])), {
            "ed25519:a_0000": "A".repeat(43),
            [first?.id ?? ""]: first?.publicKey,
            [second?.id ?? ""]: second?.publicKey,
        });
        const command = container("homeserver").command ?? [];
        assert.ok(command.includes("--config-path=/run/secrets/retired-signing-keys.yaml") && command.includes("--no-secrets-in-config"));
        const since = registrations.filter(({ name }) => name.endsWith("-since")).map(({ name }) => name);
        assert.deepEqual(since, ["signing-key-3-since", "signing-key-2-since"]);
    });

    it("of backups: the earlier ones open the repository until it has the new one", async () => {
        const outputs = await declareStack({ backup: { repository: "/srv/backup" }, rotation: { backupPassword: 3 } });
        const secret = (name: string) => secretOf("backup", `/run/secrets/${name}`);
        assert.deepEqual(["repository-password", "former-repository-password-1", "former-repository-password-2"].map(secret), [
            "password of backup-password-3",
            "password of backup-password-2",
            "password of backup-password",
        ]);
        assert.equal(outputs.backupPassword && (await resolved(outputs.backupPassword)), "password of backup-password-3");
    });

    it("of bots: a new token, or both tokens of an application service", async () => {
        const bots = { notifier: {}, other: {}, irc: { appservice: { namespace: "irc_" } } };
        await declareStack({ bots, rotation: { bots: { notifier: 2, irc: 2 } } });
        const generations = ["notifier", "other", "irc"].map((key) => declared("matrix:index:Bot", `bot-${key}`).inputs.tokenGeneration);
        assert.deepEqual(generations, [2, undefined, 2]);
        const registration = parse(String(secretOf("homeserver", "/run/secrets/application-service-irc.yaml")));
        assert.deepEqual(
            [registration.as_token, registration.hs_token],
            ["password of application-service-irc-as-token-2", "password of application-service-irc-hs-token-2"],
        );
    });
});
