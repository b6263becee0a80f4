/** Servers of other platforms, real ones, in containers of a Docker network, and people who talk on them. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference, toolsDir } from "../../../scripts/project/checkout.ts";
import { buildClient } from "../../../scripts/setup/builder.ts";
import { docker, eventually } from "../docker.ts";
import { Authority } from "../federation/authority.ts";
import { LineProcess } from "../lineProcess.ts";

const image = "matrix-synapse/test-bridges";
const programs = join(toolsDir, "bin");

/** Those whose servers a test runs. */
export type FarPlatform = "xmpp" | "mumble" | "sshchat";

/** What each is reached by in the network. */
export const hosts: Record<FarPlatform, string> = { xmpp: "xmpp.test", mumble: "mumble.test", sshchat: "sshchat.test" };
export const muc = "rooms.xmpp.test";

/** Accounts of the XMPP server, and their password. */
const jabberAccounts = ["relay", "bob"];
export const jabberPassword = "a password for tests";

export class FarEnds {
    readonly #directory: string;
    /** PEM that the servers' certificates are trusted by. */
    readonly authority: string;
    readonly #name: string;
    readonly #network: string;

    /** @param name begins the containers' names */
    constructor(name: string, network: string) {
        this.#name = name;
        this.#network = network;
        this.#directory = join(toolsDir, "farEnds", name);
        rmSync(this.#directory, { recursive: true, force: true });
        mkdirSync(this.#directory, { recursive: true });
        const authority = new Authority();
        const names = [...Object.values(hosts), muc];
        const { cert, key } = authority.issue({ names });
        this.authority = authority.root;
        authority.remove();
        const write = (file: string, text: string) => writeFileSync(join(this.#directory, file), text, { mode: 0o644 });
        write("certificate.pem", cert);
        write("key.pem", key);
        write("authority.pem", this.authority);
        write("prosody.cfg.lua", prosodyConfig);
        write("mumble.ini", mumbleConfig);
    }

    /** Builds what they run; the first time it takes a minute. */
    async build(): Promise<void> {
        const options = ["--quiet", "--build-arg", `BASE=${imageReference("base")}`, "--tag", image, import.meta.dirname];
        await execa(await buildClient(), ["build", ...options], { env: { DOCKER_BUILDKIT: "1" } });
        const environment = { cwd: join(import.meta.dirname, "chat"), env: { CGO_ENABLED: "0" } };
        for (const [program, path] of [
            ["chat", "."],
            ["ssh-chat", "github.com/shazow/ssh-chat/cmd/ssh-chat"],
        ] as const)
            await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", join(programs, program), path], environment);
    }

    async start(platform: FarPlatform): Promise<void> {
        const container = this.container(platform);
        await docker("rm", "--force", container).catch(() => undefined);
        const place = ["--name", container, "--network", this.#network, "--network-alias", hosts[platform]];
        // Rooms of XMPP are on a host of their own.
        const aliases = platform === "xmpp" ? ["--network-alias", muc] : [];
        const mounts = ["--volume", `${this.#directory}:/far:ro`, "--volume", `${join(programs, "ssh-chat")}:/usr/bin/ssh-chat:ro`];
        await docker("run", "--detach", ...place, ...aliases, ...mounts, image, "sh", "-c", commands[platform]);
        await this.listens(platform);
    }

    /** Waits for its port. */
    async listens(platform: FarPlatform): Promise<void> {
        const address = await this.#address(platform);
        const [host, port] = address.split(":") as [string, string];
        await eventually(`the server of ${platform}`, 20_000, () => execa("bash", ["-c", `</dev/tcp/${host}/${port}`]));
    }

    async restart(platform: FarPlatform): Promise<void> {
        await docker("restart", "--time", "1", this.container(platform));
        await this.listens(platform);
    }

    /** A person in the channel that the relay is in. */
    async person(platform: FarPlatform, nick: string): Promise<LineProcess> {
        const address = await this.#address(platform);
        const authority = join(this.#directory, "authority.pem");
        const parameters = {
            xmpp: [address, `bob@${hosts.xmpp}`, jabberPassword, `${channels.xmpp}@${muc}`, nick, authority],
            mumble: [address, nick, channels.mumble, authority, hosts.mumble],
            sshchat: [address, nick],
        }[platform];
        const person = new LineProcess(join(programs, "chat"), [platform, ...parameters]);
        await person.heard(`${nick} on ${platform}`, ({ event }) => event === "ready");
        return person;
    }

    async remove(): Promise<void> {
        for (const platform of Object.keys(hosts) as FarPlatform[])
            await docker("rm", "--force", "--volumes", this.container(platform)).catch(() => undefined);
        rmSync(this.#directory, { recursive: true, force: true });
    }

    container(platform: FarPlatform): string {
        return `${this.#name}-${platform}`;
    }

    async #address(platform: FarPlatform): Promise<string> {
        const format = `{{(index .NetworkSettings.Networks "${this.#network}").IPAddress}}`;
        return `${await docker("inspect", this.container(platform), "--format", format)}:${ports[platform]}`;
    }
}

/** The channel of each that is bridged. */
export const channels: Record<FarPlatform, string> = { xmpp: "support", mumble: "0", sshchat: "sshchat" };

const ports: Record<FarPlatform, number> = { xmpp: 5222, mumble: 64738, sshchat: 2022 };

const commands: Record<FarPlatform, string> = {
    xmpp: [
        "mkdir -p /run/prosody && chown prosody /run/prosody",
        ...jabberAccounts.map((name) => `prosodyctl --config /far/prosody.cfg.lua register ${name} ${hosts.xmpp} '${jabberPassword}'`),
        "exec su -s /bin/sh prosody -c 'exec prosody -F --config /far/prosody.cfg.lua'",
    ].join(" && "),
    mumble: "exec murmurd -fg -ini /far/mumble.ini",
    sshchat:
        "mkdir -p /root/.ssh && { [ -e /root/key ] || ssh-keygen -q -t ed25519 -N '' -f /root/key; } && exec ssh-chat --bind 0.0.0.0:2022 -i /root/key",
};

const prosodyConfig = `
pidfile = "/run/prosody/prosody.pid"
modules_enabled = { "disco", "roster", "saslauth", "tls", "ping", "register" }
c2s_require_encryption = true
authentication = "internal_hashed"
log = { info = "*console" }
ssl = { certificate = "/far/certificate.pem", key = "/far/key.pem" }
VirtualHost "${hosts.xmpp}"
Component "${muc}" "muc"
    restrict_room_creation = false
    muc_room_default_persistent = true
    muc_room_locking = false
`;

/** With the limits on messages that it has unless told otherwise: five at once, and one a second. */
const mumbleConfig = `
database=/var/lib/mumble-server/tests.sqlite
logfile=
pidfile=/run/mumble.pid
port=${ports.mumble}
messageburst=5
messagelimit=1
users=20
sslCert=/far/certificate.pem
sslKey=/far/key.pem
uname=mumble-server
`;
