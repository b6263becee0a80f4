/** One reading of server names, whoever reads: the parser, the settings, the federation check. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";
import {
    bracketed,
    faultInFederationPeer,
    faultInServerName,
    hostAndPort,
    parseServerName,
    partsOf,
    standsForItself,
} from "../../../matrix/serverName.ts";
import { checkFederation } from "../../../scripts/checks/federation/check.ts";
import { accepted, refused } from "./serverNames.ts";

/** For a test's title. */
const shown = (name: string) =>
    name.length > 60 ? `${name.length} characters, ${JSON.stringify(name.slice(-8))} at the end` : JSON.stringify(name);

/** Faults of a setting, as far as they are about the name itself. */
const faultsAt = (path: string, raw: Record<string, unknown>) =>
    parseSettings({ serverName: "example.org", ...raw })
        .faults.filter((fault) => fault.path === path)
        .map(({ message }) => message);

describe("a server name", () => {
    for (const [name, { host, port, isAddress = false }] of Object.entries(accepted)) {
        it(`is accepted and taken apart: ${shown(name)}`, () => {
            assert.deepEqual(parseServerName(name), { text: name, host, ...(port !== undefined && { port }), isAddress });
            assert.equal(faultInServerName(name), undefined);
            assert.deepEqual(partsOf(name), { host, ...(port !== undefined && { port }) });
            assert.equal(standsForItself(name), isAddress || port !== undefined);
            assert.deepEqual(faultsAt("serverName", { serverName: name }), []);
            assert.deepEqual(faultsAt("federation.keyServers.0", { federation: { keyServers: [name] } }), []);
            const gatewayHost = faultsAt("gateway.host", { gateway: { host: name } });
            const withPort = port === undefined ? [] : [`${JSON.stringify(name)} has a port; set gateway.httpsPort instead`];
            assert.deepEqual(gatewayHost, withPort);
        });
    }

    for (const [name, fault] of Object.entries(refused)) {
        it(`is refused: ${shown(name)}`, async () => {
            const quoted = `${JSON.stringify(name)} ${fault}`;
            assert.equal(parseServerName(name), fault);
            assert.deepEqual(faultsAt("serverName", { serverName: name }), [quoted]);
            assert.deepEqual(faultsAt("gateway.host", { gateway: { host: name } }), [quoted]);
            assert.deepEqual(faultsAt("federation.keyServers.0", { federation: { keyServers: [name] } }), [quoted]);
            const { state, steps } = await checkFederation(name);
            assert.deepEqual([state, steps.map(({ found }) => found)], ["fault", [quoted]]);
        });
    }

    it("is written with the brackets of an IPv6 address before a port, and without for others", () => {
        assert.deepEqual(["::1", "1.2.3.4", "example.org"].map(bracketed), ["[::1]", "1.2.3.4", "example.org"]);
        assert.deepEqual([hostAndPort("::1", 8448), hostAndPort("example.org", 443)], ["[::1]:8448", "example.org:443"]);
    });
});

describe("a server to federate with", () => {
    it("may have a port that is part of its name, but not one from habit", () => {
        assert.equal(faultInFederationPeer("example.org:9000"), undefined);
        for (const port of [443, 8448])
            assert.equal(faultInFederationPeer(`[::1]:${port}`), "has a port; give the server name as it stands in user IDs: [::1]");
    });

    it("is read as any server name", () => {
        for (const [name, fault] of Object.entries(refused))
            if (!/:(443|8448)$/.test(name)) assert.equal(faultInFederationPeer(name), fault, name);
    });
});
