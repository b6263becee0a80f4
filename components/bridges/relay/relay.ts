/** The bridge to many platforms, matterbridge, with a courier between it and the homeserver. Pure. */
import { readFileSync } from "node:fs";
import { type RelayPlatform, type RelayPlatformName, relayPlatforms } from "../../settings/relayPlatforms.ts";
import type { BridgeFacts, BridgeKind } from "../kind.ts";
import { courier } from "../platforms.ts";
import { matterbridgeConfig } from "./matterbridgeConfig.ts";

const paths = {
    start: "/opt/bridge/start.sh",
    names: "/opt/bridge/names.tengo",
    texts: "/opt/bridge/texts.tengo",
    config: "/run/secrets/matterbridge.toml",
    accounts: "/run/secrets/accounts",
    authorities: "/run/authorities/authorities.pem",
    courier: "/opt/courier/courier.py",
    courierHomeserver: "/opt/courier/courier_homeserver.py",
    courierQueue: "/opt/courier/courier_queue.py",
    courierConfig: "/run/secrets/courier.json",
    /** How far it has come. */
    state: "/var/tmp",
};

/** On its own loopback. */
const healthPort = 4242;

const program = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const courierAnswers = `import urllib.request; urllib.request.urlopen("http://localhost:${courier.port}/health", timeout=5)`;

export const relayKind: BridgeKind<"relay"> = {
    entrypoint: ["sh"],
    command: [paths.start, "run", paths.config, paths.accounts, paths.authorities, `http://${courier.name}:${courier.port}`],
    programs: { [paths.start]: program("start.sh"), [paths.names]: program("names.tengo"), [paths.texts]: program("texts.tengo") },
    configuration: {
        [paths.config]: ({ settings, botId, channels, secrets }) =>
            matterbridgeConfig({
                settings,
                homeserverUrl: `http://${courier.name}:${courier.port}`,
                botId,
                accessToken: secrets.accessToken,
                channels,
                paths,
                healthPort,
            }),
        [paths.accounts]: accountList,
        [paths.authorities]: ({ settings }) => settings.certificates ?? "none beside the usual ones\n",
    },
    health: { command: ["sh", paths.start, "healthy", String(healthPort)], startSeconds: 90 },
    stopSeconds: 5,
    courier: {
        name: courier.name,
        entrypoint: ["python3", "-B"],
        command: [paths.courier, paths.courierConfig, `${paths.state}/state.json`],
        programs: {
            [paths.courier]: program("courier.py"),
            [paths.courierHomeserver]: program("courier_homeserver.py"),
            [paths.courierQueue]: program("courier_queue.py"),
        },
        configuration: { [paths.courierConfig]: courierConfig },
        data: paths.state,
        health: { command: ["python3", "-c", courierAnswers], startSeconds: 30 },
        memory: 128,
    },
};

/** What start.sh reads: a line an account, with the port of its connection where it has one of its own, and whether it is made anew when it is lost. */
export function accountList({ settings }: Pick<BridgeFacts<"relay">, "settings">): string {
    const names = Object.keys(settings.accounts).sort();
    return names
        .map((name) => {
            const { platform, server = "" } = settings.accounts[name] as (typeof settings.accounts)[string];
            const { port: usual = 0, forgets = false }: RelayPlatform = relayPlatforms[platform as RelayPlatformName];
            const port = usual === 0 ? 0 : Number(/:(\d+)$/.exec(server)?.[1] ?? usual);
            return `${platform}.${name} ${port} ${forgets ? "forgotten" : "kept"}\n`;
        })
        .join("");
}

/** What courier.py reads. */
export function courierConfig({ homeserverUrl, botId, settings, channels, secrets }: BridgeFacts<"relay">): string {
    const rooms = [...new Set(channels.map(({ roomId }) => roomId))].sort();
    const pacesOf = (room: string) =>
        channels
            .filter(({ roomId }) => roomId === room)
            .flatMap(({ network }): (readonly [number, number])[] => {
                const account = settings.accounts[network];
                const pace = account && paceOf(account.platform as RelayPlatformName);
                return pace === undefined ? [] : [pace];
            });
    // The slowest side decides.
    const paces = rooms.flatMap((room) => {
        const [first, ...others] = pacesOf(room);
        if (first === undefined) return [];
        const slowest = others.reduce(
            ([seconds, burst], other) => [Math.max(seconds, other[0]), Math.min(burst, other[1])] as const,
            first,
        );
        return [[room, slowest] as const];
    });
    const config = {
        port: courier.port,
        homeserver: homeserverUrl,
        user: botId,
        token: secrets.accessToken,
        rooms,
        paces: Object.fromEntries(paces),
    };
    return `${JSON.stringify(config, undefined, 2)}\n`;
}

function paceOf(platform: RelayPlatformName): RelayPlatform["pace"] {
    const { pace }: RelayPlatform = relayPlatforms[platform];
    return pace;
}
