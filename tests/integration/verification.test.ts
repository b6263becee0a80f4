/** What `pulumi up` says where a stack does not serve what was deployed; each time something else is changed, so that it looks. */
import assert from "node:assert/strict";
import { execa } from "execa";
import { certificateFiles } from "../../components/certificate/files.ts";
import { paths } from "../../components/gateway/caddyConfig.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { commandLine } from "../support/commandLine.ts";
import { docker, eventually } from "../support/docker.ts";
import { Authority } from "../support/federation/authority.ts";
import { configure, destroyStack, openStack, smallStack, storedState } from "../support/stack.ts";

const stackName = "test-verification";
const base = 22000;
const container = (role: string) => `matrix-synapse-${stackName}-${role}`;
const reload = ["caddy", "reload", "--force", "--address", `unix/${paths.adminSocket}`, "--config"];

describe("the verification of a deployment", function () {
    this.timeout(300_000);
    const authority = new Authority();
    let logLevel: "INFO" | "WARNING" = "INFO";

    const update = async (own: Partial<SettingsInput> = {}) => {
        const settings = smallStack(base);
        configure(stackName, { ...settings, homeserver: { ...settings.homeserver, logLevel }, ...own });
        return (await openStack(stackName)).up();
    };
    /** Replaces the homeserver's container, and leaves what was broken elsewhere. */
    const updateHomeserver = (own?: Partial<SettingsInput>) => {
        logLevel = logLevel === "INFO" ? "WARNING" : "INFO";
        return update(own);
    };
    /** Replaces the gateway's container, and leaves the homeserver's as it is. */
    const withSupport = { gateway: { ...smallStack(base).gateway, support: { page: "https://example.org/support" } } };
    /** @throws unless the update fails, by this line of the verification */
    const assertRefused = async (updating: Promise<unknown>, line: RegExp) => {
        const failure = await updating.then(
            () => assert.fail("the update succeeded"),
            (error: Error) => error.message,
        );
        assert.match(failure, line);
        assert.match(failure, /running "node scripts\/project\/start\.js scripts\/verify\/main\.ts"/);
    };
    const inContainer = (role: string, command: string[], input?: string) =>
        execa("docker", ["exec", "--interactive", container(role), ...command], { ...(input !== undefined && { input }) });
    const signIns = async () => {
        const { all } = await execa("docker", ["logs", container("homeserver")], { all: true });
        return all.match(/"POST \/_matrix\/client\/v3\/login/g)?.length ?? 0;
    };

    before(async () => {
        await destroyStack(stackName);
        await update();
    });
    after(async () => {
        authority.remove();
        await destroyStack(stackName);
    });

    it("runs nothing in a preview, nor in an update without a change", async () => {
        const stack = await openStack(stackName);
        // At INFO each request is in the homeserver's log.
        const before = await signIns();
        assert.ok(before > 0, "the verification did not sign in");
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
        assert.equal(await signIns(), before);
    });

    it("names a certificate that somebody put into the gateway, and so does status", async () => {
        const { stdout: right } = await inContainer("gateway", ["cat", certificateFiles.served]);
        const install = async (pem: string) => {
            await inContainer("gateway", ["sh", "-c", `cat > ${certificateFiles.served}`], pem);
            await inContainer("gateway", [...reload, paths.config]);
        };
        const other = authority.issue({ names: ["localhost"] });
        await install(other.cert + other.key);
        const line =
            /deployed certificate, 127\.0\.0\.1:22043: another certificate is presented than was deployed: [0-9a-f]{16} \(by Test Intermediate, for localhost\), not [0-9a-f]{16} → /;
        try {
            const { stdout } = await commandLine(["status", "--verbose", "--stack", stackName]);
            assert.match(stdout, /^fault +deployed certificate, 127\.0\.0\.1:22043: another certificate is presented than was deployed/m);
            await assertRefused(updateHomeserver(), line);
        } finally {
            await install(`${right}\n`);
        }
    });

    it("names a homeserver that does not answer behind the gateway", async () => {
        await docker("stop", container("homeserver"));
        try {
            await assertRefused(
                update(withSupport),
                /client API, 127\.0\.0\.1:22043: \S+: status 502: the proxy answers, and the homeserver behind it does not → /,
            );
        } finally {
            await docker("start", container("homeserver"));
        }
    });

    it("names a well-known file that is another than declared", async () => {
        const { stdout: right } = await inContainer("gateway", ["cat", paths.config]);
        const other = right.replaceAll("m.homeserver", "m.other");
        assert.notEqual(other, right);
        await inContainer("gateway", ["sh", "-c", "cat > /tmp/other.json"], other);
        await inContainer("gateway", [...reload, "/tmp/other.json"]);
        try {
            await assertRefused(
                updateHomeserver(withSupport),
                /client well-known, 127\.0\.0\.1:22043: \S+ differs: it is \{"m\.other".*, and \{"m\.homeserver".* was deployed → /,
            );
        } finally {
            await inContainer("gateway", [...reload, paths.config]);
        }
    });

    it("names a relay that has another secret than the homeserver", async () => {
        const file = "/etc/coturn/turnserver.conf";
        const { stdout: right } = await inContainer("relay", ["cat", file]);
        const write = async (content: string) => {
            await inContainer("relay", ["bash", "-c", `chmod 600 ${file}; cat > ${file}; chmod 400 ${file}`], content);
            await docker("restart", container("relay"));
            await eventually("a healthy relay", 30_000, async () =>
                assert.equal(await docker("inspect", "--format", "{{.State.Health.Status}}", container("relay")), "healthy"),
            );
        };
        await write("static-auth-secret=another\n");
        try {
            await assertRefused(
                updateHomeserver(withSupport),
                /relay, 127\.0\.0\.1:22078: the relay refuses the homeserver's credentials \(401\): their secrets differ/,
            );
        } finally {
            await write(`${right}\n`);
        }
    });

    it("passes again where all is put right, and shows no secret", async () => {
        const { outputs, stdout } = await updateHomeserver(withSupport);
        const state = await storedState(stackName);
        for (const text of [stdout, state]) assert.ok(!text.includes(outputs.adminPassword?.value), "the password is in the clear");
    });
});
