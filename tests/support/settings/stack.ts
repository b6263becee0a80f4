/** A stack in which almost every setting of its parts is another than the default, and the servers that it talks to. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";
import { signIn } from "../../../scripts/content/signIn.ts";
import { authorityIn } from "../../../scripts/mesh/authority.ts";
import { imageReference, root } from "../../../scripts/project/checkout.ts";
import { docker, eventually } from "../docker.ts";
import { Authority } from "../federation/authority.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../stack.ts";

export const stackName = "test-settings";
export const base = 30800;
/** Its name comes before the stack's own, where Docker would publish ports. */
export const meeting = { network: "matrix-synapse-test-a-meeting", subnet: "10.231.9.0/24" };
export const own = { subnet: "10.231.8.0/24", ipv6: "fd00:231:8::/64", mtu: 1400 };
/** Ports that a forwarder in front would have. */
export const announced = { httpsPort: 4430, federationPort: 4480 };
export const proxyUser = { user: "homeserver", password: "pass:w@rd-of-the-proxy" };

/** One server a port: of two authorities that the settings name, and of one that they do not. */
export const peers = {
    first: "peer.settings.test:9448",
    second: "peer.settings.test:9449",
    untrusted: "peer.settings.test:9450",
    direct: "direct.settings.test:9448",
};
export const peerContainer = "matrix-synapse-test-settings-peer";

const limits = {
    messages: { perSecond: 11, burst: 21 },
    redactions: { perSecond: 12, burst: 22 },
    logins: { address: { perSecond: 13, burst: 23 }, account: { perSecond: 14, burst: 24 }, failed: { perSecond: 0.001, burst: 2 } },
    registrations: { perSecond: 15, burst: 25 },
    joins: { local: { perSecond: 16, burst: 26 }, remote: { perSecond: 17, burst: 27 }, perRoom: { perSecond: 18, burst: 28 } },
    invites: { perRoom: { perSecond: 19, burst: 29 }, perUser: { perSecond: 20, burst: 30 }, perIssuer: { perSecond: 21, burst: 31 } },
    roomCreations: { perSecond: 22, burst: 32 },
    federation: {
        windowMilliseconds: 1001,
        sleepLimit: 12,
        sleepMilliseconds: 501,
        rejectLimit: 51,
        concurrent: 4,
        transactionsPerRoomPerSecond: 52,
    },
};

const picture = "mxc://settings.test/APicture";

/** What rooms and spaces have in common, none of it as it is by default. */
export const place = {
    name: "A name",
    topic: "A topic",
    avatar: picture,
    visibility: "public",
    joinRule: "knock",
    historyVisibility: "joined",
    powerLevels: {
        usersDefault: 1,
        eventsDefault: 2,
        stateDefault: 63,
        invite: 4,
        kick: 65,
        ban: 66,
        redact: 67,
        events: { "m.room.topic": 8 },
    },
    members: { alice: 9 },
} satisfies NonNullable<SettingsInput["spaces"]>[string];

export interface SettingsStack {
    stack: Stack;
    outputs: StackOutputs;
    settings: Partial<SettingsInput>;
    administrator: MatrixClient;
}

let shared: Promise<SettingsStack> | undefined;

/** One for all files of a run: brought up by the first that asks, destroyed when all are done. */
export function settingsStack(): Promise<SettingsStack> {
    shared ??= bringUp();
    return shared;
}

after(async function () {
    this.timeout(120_000);
    if (shared) await down();
});

async function down(): Promise<void> {
    await execa("docker", ["rm", "--force", peerContainer], { reject: false });
    await destroyStack(stackName);
    await execa("docker", ["network", "rm", meeting.network], { reject: false });
}

async function bringUp(): Promise<SettingsStack> {
    const directory = mkdtempSync(join(tmpdir(), "settings-"));
    const authorities = [new Authority(), new Authority(), new Authority()] as const;
    await down();
    await docker("network", "create", "--subnet", meeting.subnet, meeting.network);
    await startPeer(authorities);
    const authority = await authorityIn(join(directory, "shared"));
    const settings = smallStack(base, {
        serverName: "settings.test",
        administrator: "chief",
        homeserver: {
            port: base + 8,
            publicUrl: `http://localhost:${base + 8}`,
            encryption: "off",
            media: { maxUpload: "3M" },
            passwords: { minimumLength: 13, hashRounds: 5 },
            memory: 600,
            logLevel: "WARNING",
            serverNotices: { localpart: "office", displayName: "The office", roomName: "News", topic: "From us", autoJoin: true },
            userDirectory: "shared",
            roomDirectory: { aliasCreators: ["other"] },
            limits,
            linkPreviews: { enabled: true, languages: ["de", "en;q=0.8"] },
            proxy: { url: "http://proxy.settings.test:3128", ...proxyUser, except: ["direct.settings.test"] },
        },
        database: { port: base + 32, name: "chat", memory: 300 },
        federation: {
            allow: Object.values(peers),
            delegation: "srv",
            publicRooms: true,
            keyServers: [peers.direct],
            privatePeers: [meeting.subnet],
            authorities: [authorities[0].root, authorities[1].root],
            network: meeting.network,
        },
        network: own,
        turn: {
            host: "turn.settings.test",
            bind: "127.0.0.1",
            bindIpv6: "::1",
            port: base + 78,
            tlsPort: base + 79,
            relayPorts: { min: base + 90, max: base + 94 },
        },
        gateway: {
            host: "matrix.settings.test",
            bind: "127.0.0.1",
            bindIpv6: "::1",
            httpsPort: base + 43,
            federationPort: base + 48,
            httpPort: base + 80,
            announced,
            authority,
            support: {
                contacts: [{ role: "security", matrixId: "@chief:settings.test", email: "chief@settings.test" }],
                page: "https://settings.test/help",
            },
        },
        users: {
            alice: { password: "the password of alice" },
            renamed: { localpart: "other.name", displayName: "Other", avatar: picture, admin: true },
            gone: { deactivated: true },
            other: { password: "the password of other" },
        },
        bots: {
            bridge: {
                localpart: "bridge.bot",
                displayName: "Bridge",
                avatar: picture,
                admin: true,
                unlimited: true,
                appservice: { namespace: "irc_", url: "http://proxy.settings.test:3129" },
            },
            retired: { deactivated: true },
            doomed: { onDelete: "erase" },
        },
        spaces: { team: { ...place, alias: "team.space" }, inner: { parent: "team" }, doomed: { onDelete: "purge" } },
        rooms: {
            lobby: { ...place, alias: "lobby.room", parent: "team", serverAcl: { deny: ["evil.test"], allow: ["*.test"] } },
            kept: { encrypted: false, retention: "30d", pinnedMessage: "Read me" },
            secret: { encrypted: true },
        },
    });
    rmSync(directory, { recursive: true });
    configure(stackName, settings);
    const stack = await openStack(stackName);
    const outputs = plain((await stack.up()).outputs);
    const token = await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS");
    return { stack, settings, outputs, administrator: new MatrixClient(outputs.clientUrl, token) };
}

async function startPeer(authorities: readonly Authority[]): Promise<void> {
    const given = mkdtempSync(join(tmpdir(), "peer-"));
    for (const [index, authority] of authorities.entries()) {
        const { cert, key } = authority.issue({ names: ["peer.settings.test", "direct.settings.test"] });
        writeFileSync(join(given, `${9448 + index}.pem`), cert + key);
        authority.remove();
    }
    writeFileSync(join(given, "proxy"), `${proxyUser.user}:${proxyUser.password}`);
    copyFileSync(`${root}/tests/support/settings/peer.py`, join(given, "peer.py"));
    const names = ["peer", "direct", "proxy"].flatMap((name) => ["--network-alias", `${name}.settings.test`]);
    const place = ["--name", peerContainer, "--network", meeting.network, ...names];
    await docker("create", ...place, "--entrypoint", "python", imageReference("synapse"), "/given/peer.py");
    // Copied, not mounted: the engine may be elsewhere.
    await docker("cp", `${given}/.`, `${peerContainer}:/given`);
    rmSync(given, { recursive: true });
    await docker("start", peerContainer);
    await eventually("the other servers", 15_000, async () => {
        if (!(await docker("logs", peerContainer)).includes("ready")) throw new Error("they are not ready");
    });
}

/** What Synapse itself makes of its configuration. */
export async function asSynapseReads(): Promise<Record<string, unknown>> {
    const container = `matrix-synapse-${stackName}-homeserver`;
    const command: string[] = JSON.parse(await docker("inspect", "--format", "{{json .Config.Cmd}}", container));
    await docker("cp", `${root}/tests/support/settings/readConfig.py`, `${container}:/tmp/readConfig.py`);
    return JSON.parse(await docker("exec", container, "python", "/tmp/readConfig.py", ...command.slice(1)));
}
