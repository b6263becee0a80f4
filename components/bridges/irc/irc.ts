/** The bridge to IRC, heisenbridge: what is declared is written where it looks for its configuration, before it starts. Pure. */
import { readdirSync, readFileSync } from "node:fs";
import type { BridgeFacts, BridgeKind } from "../kind.ts";
import { platforms } from "../platforms.ts";

const paths = {
    programs: "/opt/bridge",
    registration: "/run/secrets/registration.yaml",
    declaration: "/run/secrets/declaration.json",
    /** What has yet to be delivered. */
    journal: "/var/tmp",
};

const here = new URL(".", import.meta.url);
const programs = readdirSync(here).filter((name) => name.endsWith(".py"));
/** Whether all declared rooms are known; networks may be away. */
const ready = `import urllib.request; urllib.request.urlopen("http://localhost:${platforms.irc.port}/_matrix/mau/ready", timeout=5)`;

export const ircKind: BridgeKind<"irc"> = {
    entrypoint: ["python"],
    command: [`${paths.programs}/start.py`, paths.registration, paths.declaration, paths.journal],
    programs: Object.fromEntries(programs.map((name) => [`${paths.programs}/${name}`, readFileSync(new URL(name, here), "utf8")])),
    configuration: { [paths.registration]: ({ secrets }) => secrets.registration, [paths.declaration]: declaration },
    data: paths.journal,
    health: { command: ["python", "-c", ready], startSeconds: 60 },
    metrics: { port: platforms.irc.port, path: "/metrics" },
    stopSeconds: 10,
};

/** Heisenbridge's word for it. */
const memberSync = { none: "off", speaking: "lazy", all: "full" } as const;

/** What start.py reads. */
export function declaration({ homeserverUrl, botId, users, admins, settings, channels }: BridgeFacts<"irc">): string {
    const networks = Object.entries(settings.networks).map(([name, { servers, nick, realName, password, sasl, pause, members }]) => ({
        name,
        servers: servers.map(({ host, port, tls }) => ({ address: host, port, tls })),
        nick,
        ircname: realName ?? nick,
        password: password ?? null,
        sasl_username: sasl?.username ?? null,
        sasl_password: sasl?.password ?? null,
        pause,
        member_sync: memberSync[members],
    }));
    return `${JSON.stringify({ homeserver: homeserverUrl, bot: botId, port: platforms.irc.port, users, admins, networks, channels }, undefined, 2)}\n`;
}
