import assert from "node:assert/strict";
import { parse } from "yaml";
import { administrationYaml } from "../../../components/homeserver/dendrite/administrationService.ts";
import { dendriteYaml, readableYaml } from "../../../components/homeserver/dendrite/dendriteConfig.ts";
import { paths } from "../../../components/homeserver/dendrite/paths.ts";
import { dendriteRoutes } from "../../../components/homeserver/dendrite/routes.ts";
import { signingKeyLine, signingKeyPem } from "../../../components/homeserver/dendrite/signingKey.ts";
import { keyThatStands } from "../../../components/homeserver/standingKey.ts";
import { publicPart, signingKey } from "../../../matrix/signingKey.ts";
import { dendriteConfig, dendriteSecrets, renderedDendrite } from "../../support/dendriteConfig.ts";

describe("dendrite.yaml", () => {
    it("is closed, limited in rate and of the newest room version that Dendrite knows", () => {
        const { client_api, room_server, global } = parse(renderedDendrite());
        assert.deepEqual([client_api.registration_disabled, client_api.guests_disabled], [true, true]);
        assert.equal(client_api.rate_limiting.enabled, true);
        assert.equal(room_server.default_room_version, "11");
        assert.equal(global.report_stats.enabled, false);
    });

    it("has of the settings what they say", () => {
        const { global, media_api, user_api, client_api, logging } = parse(
            renderedDendrite({
                homeserver: {
                    media: { maxUpload: "3M" },
                    memory: 400,
                    presence: false,
                    passwords: { hashRounds: 12 },
                    logLevel: "WARNING",
                    autoJoinRooms: ["hall"],
                    serverNotices: { localpart: "news", displayName: "News", roomName: "Notices" },
                    oldSigningKeys: { "ed25519:a_old": { key: publicPart(signingKey("old")).publicKey, expiredTs: 1_700_000_000_000 } },
                },
                database: { connections: 3 },
                federation: { enabled: false },
                bots: { fast: { unlimited: true }, slow: {}, bridge: { unlimited: true, appservice: { namespace: "irc_" } } },
                rooms: { hall: { visibility: "public" } },
            }),
        );
        assert.equal(media_api.max_file_size_bytes, 3 * 1024 ** 2);
        assert.equal(global.cache.max_size_estimated, "100mb");
        assert.deepEqual(global.presence, { enable_inbound: false, enable_outbound: false });
        assert.equal(user_api.bcrypt_cost, 12);
        assert.deepEqual(user_api.auto_join_rooms, ["#hall:example.org"]);
        assert.deepEqual(logging, [{ type: "std", level: "warn" }]);
        assert.deepEqual(global.server_notices, { enabled: true, local_part: "news", display_name: "News", room_name: "Notices" });
        assert.deepEqual(
            global.old_private_keys.map(({ key_id, expired_at }: { key_id: string; expired_at: number }) => [key_id, expired_at]),
            [["ed25519:a_old", 1_700_000_000_000]],
        );
        assert.equal(global.database.max_open_conns, 3);
        assert.equal(global.disable_federation, true);
        assert.deepEqual(client_api.rate_limiting.exempt_user_ids, ["@fast:example.org"]);
    });

    it("knows the keys that were in use before by their secrets, too", () => {
        const retired = { ...publicPart(signingKey("former")), expiredTs: 1_800_000_000_000 };
        const { global } = parse(renderedDendrite({}, { retiredSigningKeys: [retired] }));
        assert.deepEqual(global.old_private_keys, [{ key_id: retired.id, public_key: retired.publicKey, expired_at: retired.expiredTs }]);
    });

    it("connects by a string with no password in it, in which a quote ends nothing", () => {
        const config = dendriteConfig();
        const { global } = parse(dendriteYaml({ ...config, database: { ...config.database, name: "it's" } }, dendriteSecrets));
        assert.equal(
            global.database.connection_string,
            "host='database' port='5432' dbname='it\\'s' user='synapse' sslmode='disable' application_name='dendrite'",
        );
    });

    it("checks the database's certificate by the authority given, and else by the system's", () => {
        const config = dendriteConfig();
        const rootOf = (authority?: string) => {
            const database = { ...config.database, sslMode: "verify-full", ...(authority !== undefined && { authority }) };
            return /sslrootcert='([^']*)'/.exec(dendriteYaml({ ...config, database }, dendriteSecrets))?.[1];
        };
        assert.deepEqual([rootOf(), rootOf("PEM")], ["/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/database-authority.pem"]);
    });

    it("has a twin for people in which every other line is the same and none is a secret", () => {
        const config = dendriteConfig();
        const secret = dendriteYaml(config, dendriteSecrets).split("\n");
        const readable = readableYaml(config, dendriteSecrets).split("\n");
        assert.equal(secret.length, readable.length);
        const differing = secret.flatMap((line, index) => (line === readable[index] ? [] : [readable[index]?.trim()]));
        assert.deepEqual(differing, ["registration_shared_secret: (secret)", "turn_shared_secret: (secret)"]);
    });
});

describe("Dendrite's signing key", () => {
    const line = signingKey("a seed of a test");

    it("is Synapse's: the same under the same ID, and back", () => {
        assert.equal(signingKeyLine(signingKeyPem(line)), line);
        assert.ok(signingKeyPem(line).includes(`Key-ID: ${publicPart(line).id}\n\n`));
    });

    it("cannot be changed while the old one is not kept known", () => {
        const given = { ...publicPart(signingKey("another")), line: undefined as never };
        const standing = new Map([["/run/secrets/signing-key.pem", signingKeyPem(line)]]);
        const [fault] = keyThatStands({ signingKey: given, oldSigningKeys: {} }, paths, signingKeyLine).faults(standing);
        assert.match(fault ?? "", /^homeserver\.signingKey: the server signs with another key now, ed25519:a_\w+/);
        const { id, publicKey: key } = publicPart(line);
        assert.deepEqual(
            keyThatStands(
                { signingKey: given, oldSigningKeys: { [id]: { key, expiredTs: 1_700_000_000_000 } } },
                paths,
                signingKeyLine,
            ).faults(standing),
            [],
        );
        assert.deepEqual(keyThatStands({ signingKey: undefined, oldSigningKeys: {} }, paths, signingKeyLine).faults(standing), []);
    });
});

describe("What the gateway passes on to Dendrite", () => {
    const paths = (enabled: boolean, publicRooms: boolean) =>
        dendriteRoutes({ host: "homeserver", port: 8008 }, { enabled, publicRooms }).flatMap((route) => route.paths);

    it("is no admin API and no metrics", () => {
        for (const path of paths(true, true)) assert.match(path, /^\/_matrix\/(client|media|key|federation)\//);
    });

    it("is nothing of other servers without federation", () => {
        assert.deepEqual(paths(false, true), ["/_matrix/client/*", "/_matrix/media/*"]);
    });

    it("is the room directory for other servers only where the settings say so", () => {
        const reaches = (all: string[], path: string) => all.some((one) => path.startsWith(one.replace(/\*$/, "")) && one.endsWith("*"));
        const directory = "/_matrix/federation/v1/publicRooms";
        assert.deepEqual([reaches(paths(true, false), directory), reaches(paths(true, true), directory)], [false, true]);
        assert.ok(reaches(paths(true, false), "/_matrix/federation/v1/send/1"));
        assert.ok(reaches(paths(true, false), "/_matrix/federation/v2/send_join/a/b"));
    });
});

describe("The application service that Dendrite is administered by", () => {
    it("may act for every account of this server, and takes no name from anybody", () => {
        const { namespaces, url } = parse(administrationYaml("example.org", { asToken: "a", hsToken: "h" }));
        assert.deepEqual(namespaces, { users: [{ exclusive: false, regex: "@.*:example\\.org" }], aliases: [], rooms: [] });
        assert.equal(url, "");
    });
});
