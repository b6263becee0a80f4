/** How the homeserver is declared towards other servers: whom it trusts, where it listens, through what it connects. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";
import { declared, secretSignature, settled, startMocks } from "../../support/mocks.ts";

interface Container {
    command: string[];
    envs?: string[];
    uploads: { file: string; content: string; permissions: string }[];
    healthcheck: { tests: string[] };
    networksAdvanced: { name: string; aliases: string[] }[];
}

let declarations = 0;

async function homeserver(
    overrides: Partial<SettingsInput>,
): Promise<{ inputs: Container; raw: Record<string, unknown>; config: Record<string, unknown> }> {
    await startMocks();
    const settings = { serverName: "example.org", ...overrides };
    const config = Object.entries(settings).map(([key, value]) => [
        `matrix-synapse:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(config));
    await import(`../../../index.ts?network${declarations++}`);
    await settled();
    const { inputs, raw } = declared("docker:index/container:Container", "homeserver");
    const { uploads } = inputs as unknown as Container;
    return {
        inputs: inputs as unknown as Container,
        raw,
        config: parse(uploads.find(({ file }) => file.endsWith("homeserver.yaml"))?.content ?? ""),
    };
}

describe("the homeserver's authorities", () => {
    const [one = "", two = "", three = ""] = rootCertificates;

    it("are one certificate a file, each once, its own stack's first", async () => {
        const { inputs, config } = await homeserver({ federation: { authorities: [`${one}\n${two}`, three, two] } });
        const paths = [1, 2, 3, 4].map((number) => `/etc/synapse/authority-${number}.pem`);
        assert.deepEqual(config.federation_custom_ca_list, paths);
        const [first, ...others] = paths.map((path) => inputs.uploads.find(({ file }) => file === path)?.content ?? "");
        assert.equal(first, "certificate of certificate-development-authority");
        for (const content of others) assert.equal(content.split("BEGIN CERTIFICATE").length, 2, content);
        const fingerprints = (pems: string[]) => pems.map((pem) => new X509Certificate(pem).fingerprint256);
        assert.deepEqual(fingerprints(others), fingerprints([one, two, three]));
    });

    it("are the system's where the certificate is not of this stack's own authority and none is named", async () => {
        const { config } = await homeserver({ gateway: { acme: {} } });
        assert.ok(!("federation_custom_ca_list" in config));
    });
});

describe("the homeserver's plain port", () => {
    const addresses = (config: Record<string, unknown>) => (config.listeners as { bind_addresses: string[] }[])[0]?.bind_addresses;

    it("is open in the stack's own network, which is the only one", async () => {
        assert.deepEqual(addresses((await homeserver({})).config), ["0.0.0.0"]);
    });

    it("is not open in a network that servers meet in, which cannot come first in the order of names", async () => {
        for (const [network, own] of [
            ["servers", "matrix-synapse-test"],
            ["internet", "0-matrix-synapse-test"],
        ] as const) {
            const { inputs, config } = await homeserver({ federation: { network } });
            assert.deepEqual(addresses(config), ["homeserver", "127.0.0.1"]);
            assert.deepEqual(
                inputs.networksAdvanced.map(({ name, aliases = [] }) => [name, aliases]),
                [
                    [own, ["homeserver"]],
                    [network, []],
                ],
            );
            assert.ok(
                inputs.healthcheck.tests.join(" ").includes("http://homeserver:8008/health"),
                "the health is that of another address",
            );
        }
    });
});

describe("the homeserver's proxy", () => {
    const url = "http://proxy.example.org:3128";
    const path = "/run/secrets/proxy.yaml";

    it("is in homeserver.yaml where it has no password", async () => {
        const { inputs, config } = await homeserver({ homeserver: { proxy: { url, except: ["a.example.org"] } } });
        assert.deepEqual([config.http_proxy, config.https_proxy, config.no_proxy_hosts], [url, url, ["a.example.org"]]);
        assert.ok(!inputs.uploads.some(({ file }) => file === path));
    });

    it("is in a secret file of its own where it has one, and the file is read last", async () => {
        const password = "$&:p@ss";
        const { inputs, raw, config } = await homeserver({ homeserver: { proxy: { url, user: "matrix", password } } });
        assert.deepEqual([config.http_proxy, config.https_proxy, config.no_proxy_hosts], [undefined, undefined, []]);
        const file = inputs.uploads.find(({ file }) => file === path);
        const full = `http://matrix:${password}@proxy.example.org:3128`;
        assert.deepEqual([parse(file?.content ?? ""), file?.permissions], [{ http_proxy: full, https_proxy: full }, "0400"]);
        assert.deepEqual(inputs.command.filter((word) => word.startsWith("--config-path")).at(-1), `--config-path=${path}`);
        const { uploads, ...others } = raw;
        assert.ok(secretSignature in (uploads as object), "the files are no secret");
        assert.ok(!JSON.stringify(others).includes(password), "the password is in the clear");
    });

    it("is not for application services of the stack's own", async () => {
        const { config } = await homeserver({
            homeserver: { proxy: { url } },
            bots: {
                irc: { appservice: { namespace: "irc_", url: "http://[fd00::7]:9000" } },
                quiet: { appservice: { namespace: "quiet_" } },
            },
        });
        assert.deepEqual(config.no_proxy_hosts, ["fd00::7"]);
    });
});
