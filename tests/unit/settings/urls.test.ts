/** Every setting that is a URL, and what is wrong with one. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";
import { resolve } from "../../../components/settings/resolve.ts";
import { Authority } from "../../support/federation/authority.ts";

const faults = (raw: Record<string, unknown>) =>
    parseSettings({ serverName: "example.org", ...raw }).faults.map(({ path, message }) => `${path}: ${message}`);

/** By path, with a URL that is right. */
const settings: Record<string, { right: string; at(url: string): Record<string, unknown> }> = {
    "homeserver.publicUrl": { right: "https://example.org", at: (publicUrl) => ({ homeserver: { publicUrl } }) },
    "bots.b.appservice.url": {
        right: "http://bridge:9000/base",
        at: (url) => ({ bots: { b: { appservice: { namespace: "b_", url } } } }),
    },
    "gateway.acme.directory": {
        right: "https://acme.example.org/directory?v=2",
        at: (directory) => ({ gateway: { acme: { directory } } }),
    },
    "gateway.support.page": {
        right: "https://example.org/help?language=en#matrix",
        at: (page) => ({ gateway: { support: { page } } }),
    },
};

const wrongEverywhere: [url: string, fault: string][] = [
    ["https://user:pw@example.org", "the value given has a user name or password in it, which everyone would see; leave it out"],
    ["https://@example.org", "the value given has a user name or password in it, which everyone would see; leave it out"],
    ["example.org", '"example.org" has no scheme; write https://example.org'],
    ["https:example.org", '"https:example.org" is not a URL, such as https://matrix.example.org'],
    ["https:\\\\example.org", '"https:\\\\\\\\example.org" is not a URL, such as https://matrix.example.org'],
    ["https://", '"https://" is not a URL, such as https://matrix.example.org'],
    ["https://example.org:99999", '"https://example.org:99999" is not a URL, such as https://matrix.example.org'],
    ["https://example.org:0", '"https://example.org:0" has port 0, which no server has'],
    ["https://example .org", '"https://example .org" has a space in it; write it as https://matrix.example.org'],
    [" https://example.org", '" https://example.org" has a space in it; write it as https://matrix.example.org'],
    ["https://999.1.1.1", '"https://999.1.1.1" is not a URL, such as https://matrix.example.org'],
    [
        "https://a~b.example.org",
        '"https://a~b.example.org" has a host, a~b.example.org, that is not a host name; use letters, digits, hyphens and dots, such as example.org',
    ],
    ["https://example.org.", '"https://example.org." has a host, example.org., that ends with a dot; write example.org'],
    ["https://https://example.org", '"https://https://example.org" has two schemes; write https://example.org'],
];

describe("a setting that is a URL", () => {
    for (const [path, { right, at }] of Object.entries(settings)) {
        it(`is taken as it is: ${path}`, () => assert.deepEqual(faults(at(right)), []));

        for (const [url, fault] of wrongEverywhere)
            it(`is refused: ${path} ${JSON.stringify(url)}`, () => assert.deepEqual(faults(at(url)), [`${path}: ${fault}`]));
    }

    it("has a scheme that is served", () => {
        const scheme = (path: string, url: string) => faults(settings[path]?.at(url) ?? {});
        assert.deepEqual(scheme("gateway.support.page", "http://example.org"), [
            'gateway.support.page: "http://example.org" begins with http://; write https://',
        ]);
        assert.deepEqual(scheme("bots.b.appservice.url", "ftp://example.org"), [
            'bots.b.appservice.url: "ftp://example.org" begins with ftp://; write https:// or http://',
        ]);
    });

    it("may have an underscore in its host where that is a container's name", () => {
        assert.deepEqual(faults(settings["bots.b.appservice.url"]?.at("http://my_bridge:9000") ?? {}), []);
        assert.match(faults(settings["homeserver.publicUrl"]?.at("https://a_b.example.org") ?? {})[0] ?? "", /is not a host name/);
    });

    it("does not lead to the homeserver's own container, where the homeserver is to reach something else", () => {
        for (const url of ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"])
            assert.deepEqual(faults(settings["bots.b.appservice.url"]?.at(url) ?? {}), [
                `bots.b.appservice.url: "${url}" leads to the homeserver's own container; name the host that the service runs on, as seen from there`,
            ]);
    });

    it("has no fragment or query where none is sent, and not the path that is added to it", () => {
        assert.deepEqual(faults(settings["gateway.acme.directory"]?.at("https://acme.example.org/directory#x") ?? {}), [
            'gateway.acme.directory: "https://acme.example.org/directory#x" has a fragment (#), which no server is ever sent; write https://acme.example.org/directory',
        ]);
        for (const [url, fault] of [
            ["http://bridge:9000/?x=1", "has a query (?), which is lost; write http://bridge:9000"],
            ["http://bridge:9000/a/#/", "has a fragment (#), which no server is ever sent; write http://bridge:9000/a"],
            ["http://bridge:9000/_matrix/app", "has the path /_matrix, which is added to it by itself; write http://bridge:9000"],
        ])
            assert.deepEqual(faults(settings["bots.b.appservice.url"]?.at(url ?? "") ?? {}), [`bots.b.appservice.url: "${url}" ${fault}`]);
    });
});

describe("the public URL", () => {
    const gateway = { host: "m.example.org" };
    const fault = (publicUrl: string, own: object = {}, homeserver: object = {}) =>
        faults({ gateway: { ...gateway, ...own }, homeserver: { publicUrl, ...homeserver } });
    const refused = (url: string, message: string, own?: object) =>
        assert.deepEqual(fault(url, own), [`homeserver.publicUrl: "${url}" ${message}`], url);

    it("is the gateway's origin and nothing after it", () => {
        const right = "write https://m.example.org";
        refused("https://m.example.org/_matrix", `has the path /_matrix, which is added to it by itself; ${right}`);
        refused("https://m.example.org/_matrix/client", `has the path /_matrix, which is added to it by itself; ${right}`);
        refused("https://m.example.org//", `has a path, but the API is at /_matrix of the host itself; ${right}`);
        refused("https://m.example.org/chat", `has a path, but the API is at /_matrix of the host itself; ${right}`);
        refused("https://m.example.org/#/", `has a fragment (#), which no server is ever sent; ${right}`);
        refused("https://m.example.org/?x=1", `has a query (?), which is lost; ${right}`);
        const rewritten = "is not written as clients are told it";
        refused("https://M.example.org", `${rewritten}; ${right}`);
        refused("HTTPS://m.example.org", `${rewritten}; ${right}`);
        refused("https://m.example.org:08443", `${rewritten}; write https://m.example.org:8443`);
    });

    it("may have a slash after it, and the port that its scheme has by itself: neither is announced", () => {
        for (const publicUrl of [
            "https://m.example.org",
            "https://m.example.org/",
            "https://m.example.org:443",
            "https://m.example.org:443/",
        ]) {
            const parsed = parseSettings({ serverName: "example.org", gateway, homeserver: { publicUrl } });
            assert.deepEqual(parsed.faults, []);
            if (parsed.settings) assert.equal(resolve(parsed.settings).homeserver.publicUrl, "https://m.example.org");
        }
    });

    it("leads to a port that somebody listens on", () => {
        refused(
            "https://m.example.org:9999",
            "leads to port 9999, where nothing listens: gateway.httpsPort is 443; write https://m.example.org, or set gateway.announced.httpsPort to 9999 if something in front takes connections there",
        );
        refused(
            "https://m.example.org",
            "leads to port 443, where nothing listens: gateway.httpsPort is 8443; write https://m.example.org:8443, or set gateway.announced.httpsPort to 443 if something in front takes connections there",
            { httpsPort: 8443 },
        );
        assert.deepEqual(fault("https://m.example.org:8443", { httpsPort: 8443 }), []);
        assert.deepEqual(fault("https://m.example.org", { httpsPort: 8443, announced: { httpsPort: 443 } }), []);
        // The port for other servers serves clients, too.
        assert.deepEqual(fault("https://m.example.org:8448"), []);
        const closed = faults({ gateway, federation: { enabled: false }, homeserver: { publicUrl: "https://m.example.org:8448" } });
        assert.match(closed[0] ?? "", /leads to port 8448, where nothing listens/);
    });

    it("leads to a host that there is a certificate for", () => {
        refused(
            "https://chat.example.org",
            "leads to chat.example.org, but the gateway's host, which it has a certificate for, is m.example.org; set gateway.host to chat.example.org, or gateway.trustedProxies if a proxy in front has that name",
        );
        const authority = new Authority();
        const { cert, key } = authority.issue({ names: ["m.example.org", "example.org", "chat.example.org"] });
        authority.remove();
        const given = {
            gateway: { ...gateway, certificate: { chain: cert, key } },
            federation: { authorities: [authority.root] },
            homeserver: { publicUrl: "https://chat.example.org" },
        };
        assert.deepEqual(faults(given), []);
    });

    it("is without TLS on this machine alone, at the homeserver's own port", () => {
        refused(
            "http://m.example.org",
            "is without TLS, which only this machine is served, at http://localhost:8008; write https://m.example.org",
        );
        refused(
            "http://localhost:9000",
            "leads to port 9000, where nothing listens without TLS; write http://localhost:8008 (homeserver.port)",
        );
        refused("https://localhost:8008", "is with TLS, which the homeserver's own port does not have; write http://localhost:8008");
        for (const url of ["http://localhost:8008", "http://127.0.0.1:8008/", "http://[::1]:8008", "http://matrix.localhost:8008"])
            assert.deepEqual(fault(url), [], url);
        assert.deepEqual(fault("http://localhost:9000", {}, { port: 9000 }), []);
    });

    it("is not without TLS where a certificate is got by ACME", () => {
        const right = "is without TLS, although gateway.acme gets a certificate; write https://m.example.org";
        for (const url of ["http://m.example.org", "http://localhost:8008"]) refused(url, right, { acme: {} });
    });

    it("may be any origin that a proxy in front has", () => {
        for (const url of ["https://chat.example.org:9999", "http://chat.lan"])
            assert.deepEqual(fault(url, { trustedProxies: ["10.0.0.7"] }), [], url);
    });

    it("by default has the port that is announced", () => {
        const settingsOf = (own: object) => parseSettings({ serverName: "example.org", gateway: { ...gateway, ...own } }).settings;
        const url = (own: object) => {
            const parsed = settingsOf(own);
            return parsed && resolve(parsed).homeserver.publicUrl;
        };
        assert.deepEqual([{}, { httpsPort: 8443 }, { httpsPort: 8443, announced: { httpsPort: 443 } }].map(url), [
            "https://m.example.org",
            "https://m.example.org:8443",
            "https://m.example.org",
        ]);
    });
});
