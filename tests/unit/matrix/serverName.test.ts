/** One reading of server names, whoever reads: the parser, the settings, the federation check. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";
import { bracketed, faultInServerName, hostAndPort, parseServerName, partsOf, standsForItself } from "../../../matrix/serverName.ts";
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
            const keyServers = [name, bracketed(host)];
            assert.deepEqual(faultsAt("federation.keyServers.0", { federation: { keyServers } }), []);
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
    it("has no port from habit, unless it is listed without as well; another port is part of its name", () => {
        const right = (key: string, servers: string[]) => faultsAt(`federation.${key}.0`, { federation: { [key]: servers } });
        for (const key of ["allow", "keyServers"]) {
            for (const port of [443, 8448])
                for (const bare of ["partner.org", "[2001:db8::1]"]) {
                    const server = `${bare}:${port}`;
                    assert.deepEqual(right(key, [server]), [
                        `"${server}" has a port, which is no part of most server names: the server of @user:${bare} is ${bare}; if the user IDs do end in :${server}, list ${bare} as well`,
                    ]);
                    assert.deepEqual(right(key, [server, bare]), []);
                }
            assert.deepEqual(right(key, ["partner.org:9000"]), []);
        }
    });

    it("is read as any server name", () => {
        for (const [name, fault] of Object.entries(refused))
            assert.deepEqual(faultsAt("federation.allow.0", { federation: { allow: [name] } }), [`${JSON.stringify(name)} ${fault}`]);
    });
});
