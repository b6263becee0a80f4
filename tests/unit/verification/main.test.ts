import assert from "node:assert/strict";
import { execa } from "execa";
import { root } from "../../../scripts/project/checkout.ts";
import { type FakeRelay, fakeRelay } from "../../support/turn/fakeRelay.ts";

const password = "a secret that must not be printed";

/** As the command resource runs it. Docker is elsewhere, so the gateway's loopback is not looked at; the relay is. */
const run = (input: string) =>
    execa("/bin/sh", ["-c", "node scripts/project/start.js scripts/verify/main.ts"], {
        cwd: root,
        input,
        reject: false,
        env: { DOCKER_HOST: "tcp://127.0.0.1:2376" },
    });

describe("the command that verifies", function () {
    this.timeout(60_000);
    let relay: FakeRelay;
    before(async () => {
        relay = await fakeRelay(() => "another password than the secret makes");
    });
    after(() => relay.close());

    const deployed = (bind: string) => ({
        serverName: "example.test",
        gateway: { hosts: ["example.test"], bind: "127.0.0.1", httpsPort: 443 },
        authorities: [],
        administrator: { userId: "@admin:example.test", password },
        offersRelay: true,
        relay: { host: "example.test", bind, port: relay.port, tlsPort: 1, relayPorts: { min: 1, max: 4 }, secret: password },
    });

    it("ends with 1, and nothing but a line for each fault", async () => {
        const { exitCode, stdout, stderr } = await run(JSON.stringify(deployed("0.0.0.0")));
        assert.deepEqual([exitCode, stdout], [1, ""]);
        assert.match(stderr, /^relay, 127\.0\.0\.1:\d+: .*\(401\).*$/);
        assert.ok(!stderr.includes(password));
    });

    it("ends with 0 and its warnings as JSON, with the time", async () => {
        const began = Date.now();
        const { exitCode, stdout, stderr } = await run(JSON.stringify(deployed("127.0.0.1")));
        assert.deepEqual([exitCode, stderr], [0, ""]);
        const { at, warnings } = JSON.parse(stdout);
        assert.ok(at >= began && at <= Date.now());
        assert.equal(warnings.length, 2);
        assert.ok(!stdout.includes(password));
    });

    it("says what is wrong with its input, and shows nothing of it", async () => {
        for (const input of [
            password,
            JSON.stringify({ ...deployed("127.0.0.1"), administrator: { userId: 5, password, more: password } }),
        ]) {
            const { exitCode, stdout, stderr } = await run(input);
            assert.deepEqual([exitCode, stdout], [1, ""]);
            assert.match(stderr, /^verification: /);
            assert.ok(!stderr.includes(password));
        }
    });
});
