import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { project } from "../../scripts/project/checkout.ts";
import { docker } from "../support/docker.ts";
import { roles, sharedStack, stackName } from "../support/sharedStack.ts";

/** Which secret each role is given, by the resource that makes it: the others' must not be seen from it. */
const entitled: Record<string, string[]> = {
    database: ["database-admin-password"],
    homeserver: [
        "database-password",
        "registration-shared-secret",
        "macaroon-secret-key",
        "form-secret",
        "turn-shared-secret",
        "signing-key",
    ],
    relay: ["turn-shared-secret"],
    wal: ["database-admin-password"],
    backup: ["backup-password"],
};

/** grep ends with 1 where it finds nothing, and the whole as the first that fails: the export itself must not. */
const search = `docker export "$1" | (grep --text --only-matching --fixed-strings --file "$2" || test $? = 1) | sort --unique`;

describe("no secret is in the clear", function () {
    this.timeout(120_000);
    /** What made the secret → its value, or for a key a line of it. */
    const secrets = new Map<string, string>();
    const directory = mkdtempSync(join(tmpdir(), "secrets-"));
    const patterns = join(directory, "patterns");

    before(async () => {
        await sharedStack();
        const { stdout } = await execa("pulumi", ["stack", "export", "--show-secrets", "--stack", stackName]);
        for (const { urn, type, outputs } of JSON.parse(stdout).deployment.resources) {
            const name = String(urn).split("::").at(-1) ?? "";
            // Of content, the token; the administrator's password is the output of what made it.
            const texts = type.startsWith("matrix:") ? plaintexts(outputs?.accessToken) : plaintexts(outputs);
            for (const text of texts) collect(name, text);
        }
        writeFileSync(patterns, `${[...secrets.values()].join("\n")}\n`, { mode: 0o600 });
    });
    after(() => rmSync(directory, { recursive: true }));

    function collect(name: string, text: string): void {
        if (/^(database|registration|macaroon|form|turn)-.*(password|secret|key)$|-password$/.test(name))
            secrets.set(name, text.replace(/^\$2a\$.*/, secrets.get(name) ?? text));
        else if (name === "certificate-development-key" && text.startsWith("-----BEGIN EC PRIVATE KEY"))
            secrets.set(name, text.split("\n")[1] ?? "");
        else if (name === "password-seed") secrets.set(name, text.replace(/^\$2a\$.*/, secrets.get(name) ?? text));
        else if (["administrator", "bot-notifier"].includes(name)) secrets.set(name, text);
        else if (name === "homeserver")
            for (const key of text.matchAll(/ed25519 \S+ ([A-Za-z0-9+/]{43})/g)) secrets.set("signing-key", key[1] as string);
    }

    /** Names of the secrets that a text contains. */
    const within = (text: string) => [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => name);

    it("(the test knows them all)", () => {
        assert.deepEqual([...secrets.keys()].sort(), [
            "administrator",
            "administrator-password",
            "backup-password",
            "bot-notifier",
            "certificate-development-key",
            "database-admin-password",
            "database-password",
            "form-secret",
            "macaroon-secret-key",
            "password-seed",
            "registration-shared-secret",
            "signing-key",
            "turn-shared-secret",
        ]);
        for (const [name, value] of secrets) assert.ok(value.length >= 24, name);
    });

    it("in the inspection or the log of a container", async () => {
        for (const role of roles) {
            const name = `${project}-${stackName}-${role}`;
            assert.deepEqual(within(await docker("inspect", name)), [], role);
            const { stdout, stderr } = await execa("docker", ["logs", name]);
            assert.ok(`${stdout}${stderr}`.length > 0, `${role} logs nothing: there was nothing to look at`);
            assert.deepEqual(within(`${stdout}${stderr}`), [], role);
        }
    });

    it("in the command line or the environment of any process", async () => {
        assert.deepEqual(within((await execa("ps", ["auxww"])).stdout), []);
        for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && entry !== `${process.pid}`)) {
            let environment = "";
            try {
                environment = readFileSync(`/proc/${pid}/environ`, "utf8");
            } catch {
                continue; // It has ended, or is not ours to read.
            }
            assert.deepEqual(within(environment), [], `process ${pid}`);
        }
    });

    it("in the state or the stack's file", async () => {
        // Not by the Automation API, which decrypts what it exports.
        const { stdout } = await execa("pulumi", ["stack", "export", "--stack", stackName]);
        assert.ok(stdout.includes("ciphertext"));
        assert.deepEqual(within(stdout), []);
        assert.deepEqual(within(readFileSync(`Pulumi.${stackName}.yaml`, "utf8")), []);
    });

    it("(the search fails where there is nothing to search)", async () => {
        await assert.rejects(execa("bash", ["-o", "pipefail", "-c", search, "bash", "no-such-container", patterns]), /no-such-container/i);
    });

    for (const role of roles) {
        it(`in the file system of ${role}, but for its own`, async () => {
            const container = `${project}-${stackName}-${role}`;
            const found = await execa("bash", ["-o", "pipefail", "-c", search, "bash", container, patterns]);
            assert.deepEqual(within(found.stdout).sort(), [...(entitled[role] ?? [])].sort());
        });
    }

    it("to any other user in a container that holds it", async () => {
        const places = [
            ["database", "/run/secrets/*", "400"],
            ["homeserver", "/run/secrets/*", "400"],
            ["wal", "/run/secrets/*", "400"],
            ["backup", "/run/secrets/*", "400"],
            ["relay", "/etc/coturn/turnserver.conf", "400"],
            // In the volume that both have, where the gateway's is put and replaced.
            ["gateway", "/var/tmp/*", "600"],
            ["relay", "/var/tmp/*", "600"],
        ] as const;
        for (const [role, files, mode] of places) {
            const name = `${project}-${stackName}-${role}`;
            const modes = await docker("exec", name, "sh", "-c", `stat -c '%a %u' ${files}`);
            const uid = (await docker("inspect", "--format", "{{.Config.User}}", name)).split(":")[0];
            for (const line of modes.split("\n")) assert.equal(line, `${mode} ${uid}`, `${role} ${files}`);
        }
    });
});

/** Every decrypted secret in a resource's outputs. Source: pulumi/sdk/go/common/resource/sig */
function* plaintexts(node: unknown): Generator<string> {
    if (typeof node !== "object" || node === null) return;
    if ("4dabf18193072939515e22adb298388d" in node && "plaintext" in node) {
        const value = JSON.parse(String(node.plaintext));
        yield typeof value === "string" ? value : JSON.stringify(value);
        return;
    }
    for (const child of Object.values(node)) yield* plaintexts(child);
}
