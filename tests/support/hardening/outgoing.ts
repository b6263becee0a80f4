/**
 * Everything that makes Synapse connect to where somebody else says: link previews, server names, push gateways, identity servers. A witness in
 * the homeserver's own network namespace sees each connection that it tries, whether anything answers there or not.
 */
import { execa } from "execa";
import { imageReference } from "../../../scripts/project/checkout.ts";
import { docker, eventually } from "../docker.ts";
import { askGateway } from "../gateway.ts";
import { containerOf, countsOf, inTurns, type Outcome, type Target } from "./attack.ts";

/** Prints ADDRESS PORT of each TCP connection that is begun, and of each UDP packet but those to a name server. */
const watch = `
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
print("watching", flush=True)
while True:
    data, (interface, protocol, kind, *_) = s.recvfrom(65535)
    if kind != 4: continue
    packet = data[14:]
    if protocol == 0x800 and packet[9] == 6:
        head, to = packet[(packet[0] & 15) * 4:], socket.inet_ntoa(packet[16:20])
    elif protocol == 0x86dd and packet[6] == 6:
        head, to = packet[40:], socket.inet_ntop(socket.AF_INET6, packet[24:40])
    else: continue
    if head[13] & 0x12 == 2: print(to, struct.unpack("!H", head[2:4])[0], flush=True)
`;

/** Port that nothing of the stack uses, so that a connection to it is the attack's. */
const port = 47_808;
/** Names that lead to forbidden addresses, in the homeserver's own /etc/hosts. */
const names: Record<string, string[]> = {
    "metadata.test": ["169.254.169.254"],
    "loopback.test": ["127.0.0.1"],
    "six.test": ["::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "zero.test": ["0.0.0.0"],
    "mixed.test": ["192.0.2.1", "127.0.0.1"],
    "private.test": ["10.0.0.1", "192.168.0.1", "172.16.0.1"],
};

/** Spellings of addresses, and names that are known in every container of a stack. */
const literals = `
    127.0.0.1 127.1 127.0.1 127.127.127.127 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 127.0.0.1. 0
    0.0.0.0 0.0.0.0. 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 100.100.100.200
    192.0.0.192 10.0.0.1 172.17.0.1 192.168.0.1 100.64.0.1 198.18.0.1 224.0.0.1 255.255.255.255 240.0.0.1
    localhost LOCALHOST localhost. ip6-localhost homeserver database gateway relay １２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.①`
    .trim()
    .split(/\s+/);
const literals6 = `
    ::1 :: ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a9fe:a9fe ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    2002:7f00:1:: 2002:a9fe:a9fe::1 fe80::1 fc00::1 fd00:ec2::254 0:0:0:0:0:0:0:1 ::ffff:0:127.0.0.1 ff02::1`
    .trim()
    .split(/\s+/);

/** As `example.org`, with a port. */
const hosts = [...literals, ...literals6.map((address) => `[${address}]`), ...Object.keys(names)].map((host) => `${host}:${port}`);
const withUsers = [
    `example.org@127.0.0.1:${port}`,
    `127.0.0.1:${port}#@example.org`,
    `127.0.0.1:${port}\\@example.org`,
    `example.org:80@localhost:${port}`,
];

interface Attempt {
    method: "GET" | "POST" | "PUT";
    path: string;
    token?: string;
    body?: object;
    authorization?: string;
}

function attempts(token: string, room: string, previews: boolean): Attempt[] {
    const get = (path: string): Attempt => ({ method: "GET", path, token });
    const post = (path: string, body: object): Attempt => ({ method: "POST", path, body, token });
    const encoded = encodeURIComponent;
    const preview = (url: string) => get(`/_matrix/client/v1/media/preview_url?url=${encoded(url)}`);
    return [
        ...(previews ? [...hosts, ...withUsers].flatMap((host) => [preview(`http://${host}/`), preview(`https://${host}/`)]) : []),
        ...(previews
            ? [
                  "file:///etc/passwd",
                  "gopher://127.0.0.1:5432/",
                  "ftp://127.0.0.1/",
                  "dict://127.0.0.1:47808/",
                  "unix:/run/x",
                  "//127.0.0.1:47808/",
              ].map(preview)
            : []),
        // Server names, in all that asks another server.
        ...hosts.flatMap((host, index): Attempt[] => [
            get(`/_matrix/client/v3/profile/${encoded(`@a${index}:${host}`)}`),
            get(`/_matrix/client/v3/directory/room/${encoded(`#a:${host}`)}`),
            get(`/_matrix/client/v1/media/download/${encoded(host)}/a`),
            post("/_matrix/client/v3/publicRooms", {}),
            // Whoever is not known yet has keys, which are asked for before the signature is looked at.
            {
                method: "GET",
                path: "/_matrix/federation/v1/event/x",
                authorization: `X-Matrix origin="${host}",destination="localhost",key="ed25519:a",sig="AAAA"`,
            },
        ]),
        ...hosts.map((host) => post(`/_matrix/client/v3/publicRooms?server=${encoded(host)}`, {})),
        ...hosts.map((host) => post("/_matrix/client/v3/keys/query", { device_keys: { [`@a:${host}`]: [] } })),
        // Push gateways, told of a message to come; identity servers.
        ...hosts.flatMap((host, index): Attempt[] =>
            ["http", "https"].map((scheme) =>
                post("/_matrix/client/v3/pushers/set", {
                    kind: "http",
                    app_id: `a${index}`,
                    pushkey: scheme,
                    app_display_name: "a",
                    device_display_name: "a",
                    lang: "en",
                    append: true,
                    data: { url: `${scheme}://${host}/_matrix/push/v1/notify` },
                }),
            ),
        ),
        ...hosts.map((host) =>
            post(`/_matrix/client/v3/rooms/${encoded(room)}/invite`, {
                id_server: host,
                id_access_token: "x",
                medium: "email",
                address: "a@example.org",
            }),
        ),
        ...hosts.map((host) =>
            post("/_matrix/client/v3/account/3pid/bind", { id_server: host, id_access_token: "x", sid: "1", client_secret: "abc" }),
        ),
        ...hosts.map((host) =>
            post("/_matrix/client/v3/account/3pid/email/requestToken", {
                id_server: host,
                client_secret: "abc",
                email: "a@example.org",
                send_attempt: 1,
            }),
        ),
    ];
}

/**
 * @param token of a person in a room, who gets a message by `another`
 * @param previews whether the server makes link previews
 */
export async function leadOutside(target: Target, token: string, another: string, previews: boolean): Promise<Outcome> {
    const homeserver = containerOf(target, "homeserver");
    const [room = ""] = Object.values(target.outputs.rooms);
    const lines = Object.entries(names).flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}`));
    await docker(
        "exec",
        "--user",
        "root",
        homeserver,
        "sh",
        "-c",
        `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} >> /etc/hosts`,
    );
    const witness = `${homeserver}-witness`;
    await execa("docker", ["rm", "--force", witness], { reject: false });
    const place = ["--name", witness, "--network", `container:${homeserver}`, "--user", "0:0", "--cap-drop", "ALL", "--cap-add", "NET_RAW"];
    await docker("run", "--detach", ...place, "--entrypoint", "python3", imageReference("synapse"), "-c", watch);
    try {
        const seen = async () => (await docker("logs", witness)).split("\n");
        await eventually("the witness", 10_000, async () => {
            if (!(await seen()).includes("watching")) throw new Error("it is not there yet");
        });
        // What it would see, were it done.
        await docker("exec", homeserver, "python3", "-c", `import socket; socket.socket().connect_ex(("127.0.0.1", ${port + 1}))`);
        const all = attempts(token, room, previews);
        const statuses = await inTurns(all, 12, (attempt) => ask(target, attempt));
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${process.pid}.${Date.now()}`;
        const sent = await ask(target, {
            method: "PUT",
            path,
            token: another,
            body: { msgtype: "m.text", body: "hello" },
        });
        if (sent !== 200) throw new Error(`no message can be sent: ${sent}`);
        await eventually("the witness sees its own", 10_000, async () => {
            if (!(await seen()).includes(`127.0.0.1 ${port + 1}`)) throw new Error("not yet");
        });
        // A push gateway is told within a second or so.
        await new Promise((resolve) => setTimeout(resolve, 3000));
        const connections = (await seen()).filter((line) => new RegExp(` (${port}|80|443|8448)$`).test(line));
        return {
            tried: "forbidden addresses, by the homeserver",
            times: all.length,
            succeeded: [...new Set(connections)],
            seen: `${connections.length} connections; answers: ${countsOf(statuses)}`,
        };
    } finally {
        await docker("rm", "--force", witness);
    }
}

async function ask({ base, outputs }: Target, { method, path, token, body, authorization }: Attempt): Promise<number> {
    const text = body && Buffer.from(JSON.stringify(body));
    const headers = {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(authorization && { authorization }),
        ...(text && { "content-length": `${text.length}` }),
    };
    const asked = askGateway(base + 43, path, outputs.certificateAuthority, "localhost", { method, headers, ...(text && { body: text }) });
    // Synapse retries some: what counts is what it connects to.
    return Promise.race([asked.then(({ status }) => status), new Promise<number>((resolve) => setTimeout(() => resolve(0), 5000))]).catch(
        () => 0,
    );
}
