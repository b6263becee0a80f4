/** Where the engine is, and whether that is this machine. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpointOf, providerFault, variablesFor } from "../../../components/platform/docker/endpoint.ts";
import { type EngineFacts, isThisMachine, type MachineFacts } from "../../../components/platform/docker/sameMachine.ts";
import { exportsFor } from "../../../scripts/project/environment.ts";

const socket = "unix:///var/run/docker.sock";

describe("the Docker engine", () => {
    let home: string;

    /** As `docker context create` leaves it. */
    function context(name: string, host: string, tls?: { skip: boolean }): string {
        const id = createHash("sha256").update(name).digest("hex");
        const [meta, certificates] = [join(home, ".docker/contexts/meta", id), join(home, ".docker/contexts/tls", id, "docker")];
        mkdirSync(meta, { recursive: true });
        const docker = { Host: host, SkipTLSVerify: tls?.skip ?? false };
        writeFileSync(join(meta, "meta.json"), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }));
        if (tls) {
            mkdirSync(certificates, { recursive: true });
            for (const file of ["ca.pem", "cert.pem", "key.pem"]) writeFileSync(join(certificates, file), "");
        }
        return certificates;
    }
    const use = (name: string) => writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: name }));

    beforeEach(() => {
        home = mkdtempSync(join(tmpdir(), "home-"));
        mkdirSync(join(home, ".docker"));
    });
    afterEach(() => rmSync(home, { recursive: true }));

    it("is at the default socket where nothing is said", () => {
        assert.deepEqual(endpointOf({ HOME: home }), { host: socket });
        use("default");
        assert.deepEqual(endpointOf({ HOME: home, DOCKER_HOST: "", DOCKER_CONTEXT: "" }), { host: socket });
        assert.deepEqual(variablesFor(endpointOf({ HOME: home })), {});
    });

    it("is where DOCKER_HOST says, else DOCKER_CONTEXT, else the context in use", () => {
        context("far", "ssh://me@far.example.org");
        context("other", "unix:///run/other.sock");
        use("other");
        const env = { HOME: home, DOCKER_CONTEXT: "far", DOCKER_HOST: "tcp://192.0.2.1:2376" };
        assert.deepEqual(endpointOf(env), { host: "tcp://192.0.2.1:2376" });
        assert.deepEqual(endpointOf({ ...env, DOCKER_HOST: "" }), { host: "ssh://me@far.example.org", context: "far" });
        assert.deepEqual(endpointOf({ HOME: home }), { host: "unix:///run/other.sock", context: "other" });
        assert.deepEqual(endpointOf({ HOME: "/nowhere", DOCKER_CONFIG: join(home, ".docker") }).context, "other");
        assert.throws(
            () => endpointOf({ HOME: home, DOCKER_CONTEXT: "gone" }),
            /^Error: the docker context "gone" does not exist; choose another/,
        );
    });

    it("reaches Pulumi's provider by the environment that `make env` prints, with the context's certificates", () => {
        const certificates = context("tls", "tcp://192.0.2.1:2376", { skip: false });
        context("unverified", "tcp://192.0.2.1:2376", { skip: true });
        context("socket", "unix:///run/other.sock");
        const exported = (DOCKER_CONTEXT: string) => {
            const {
                DOCKER_HOST,
                DOCKER_CERT_PATH,
                DOCKER_TLS_VERIFY,
                DOCKER_TLS,
                DOCKER_CONTEXT: left,
            } = exportsFor(undefined, { HOME: home, DOCKER_CONTEXT });
            return { DOCKER_HOST, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY, DOCKER_TLS, left };
        };
        const nothing = { DOCKER_CERT_PATH: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_TLS: undefined };
        const far = { DOCKER_HOST: "tcp://192.0.2.1:2376", left: "" };
        assert.deepEqual(exported("tls"), { ...nothing, ...far, DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: "1" });
        assert.deepEqual(
            { ...exported("unverified"), DOCKER_CERT_PATH: "" },
            { ...far, DOCKER_CERT_PATH: "", DOCKER_TLS_VERIFY: "", DOCKER_TLS: "1" },
        );
        assert.deepEqual(exported("socket"), { ...nothing, DOCKER_HOST: "unix:///run/other.sock", left: "" });
        assert.deepEqual(exported("gone"), { ...nothing, DOCKER_HOST: undefined, left: undefined });
        assert.equal(exportsFor(undefined, { HOME: home, DOCKER_HOST: "tcp://x:1" }).DOCKER_HOST, undefined);
    });

    const faults: [string, Parameters<typeof providerFault>, string | undefined][] = [
        ["nothing is said", [{ host: socket }, undefined], undefined],
        ["DOCKER_HOST says it, which the provider heeds", [{ host: "ssh://far" }, undefined], undefined],
        ["a context leads to the default socket", [{ host: socket, context: "desktop" }, undefined], undefined],
        ["docker:host and DOCKER_HOST agree", [{ host: "ssh://far" }, "ssh://far"], undefined],
        [
            "a context leads elsewhere",
            [{ host: "ssh://far", context: "far" }, undefined],
            'the docker context "far" leads to ssh://far, and Pulumi\'s Docker provider knows no contexts; run: eval "$(make -s env)", or set DOCKER_HOST=ssh://far',
        ],
        [
            "docker:host is another engine",
            [{ host: socket }, "ssh://far"],
            `docker:host: ssh://far is not the engine that the docker command talks to, ${socket}; remove docker:host, and set DOCKER_HOST instead`,
        ],
        [
            "DOCKER_HOST has no scheme",
            [{ host: "192.0.2.1:2375" }, undefined],
            "DOCKER_HOST: 192.0.2.1:2375 has no scheme; write tcp://192.0.2.1:2375, or unix:// and the path of a socket",
        ],
    ];
    for (const [what, given, expected] of faults)
        it(`${expected ? "is a fault" : "is the same for all"} where ${what}`, () => assert.equal(providerFault(...given), expected));
});

describe("the engine's machine", () => {
    const machine: MachineFacts = { name: "host", kernel: "6.1.0", memory: 8e9, interfaces: ["lo", "eth0", "docker0", "br-0123456789ab"] };
    const engine: EngineFacts = { host: socket, name: "host", kernel: "6.1.0", memory: 8e9, rootless: false, bridges: [] };
    const cases: [string, Partial<EngineFacts>, boolean][] = [
        ["all is the same", {}, true],
        ["its network is here", { bridges: ["ffffffffffff", "0123456789ab"] }, true],
        ["it is asked over loopback", { host: "tcp://127.0.0.1:2375" }, true],
        ["it is asked by SSH", { host: "ssh://host" }, false],
        ["it is asked over a network", { host: "tcp://192.0.2.1:2376" }, false],
        ["its socket is a pipe of Windows", { host: "npipe:////./pipe/docker_engine" }, false],
        ["it is Docker Desktop's, in a VM", { name: "docker-desktop", kernel: "6.6.0-linuxkit", memory: 4e9 }, false],
        ["it is WSL's, with the same kernel", { name: "docker-desktop" }, false],
        ["this is a container with its socket", { name: "outside" }, false],
        ["its socket is forwarded from a machine of the same make", { memory: 8e9 + 4096 }, false],
        ["its socket is forwarded, and its networks are not here", { bridges: ["ffffffffffff"] }, false],
        ["it is rootless", { rootless: true }, false],
    ];
    for (const [what, facts, same] of cases)
        it(`is ${same ? "this one" : "another"} where ${what}`, () => assert.equal(isThisMachine({ ...engine, ...facts }, machine), same));
});
