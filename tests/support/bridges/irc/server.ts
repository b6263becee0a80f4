/** An IRC network of one server, ngircd, on an address that containers of any network reach. */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference, toolsDir } from "../../../../scripts/project/checkout.ts";
import { buildClient } from "../../../../scripts/setup/builder.ts";
import { docker, eventually } from "../../docker.ts";
import { IrcClient } from "./client.ts";

const image = "matrix-synapse/test-ngircd";

export interface IrcServer {
    address: string;
    port: number;
    /** That everybody must give. */
    password: string;
    /** Signs somebody in. */
    client(nick: string): Promise<IrcClient>;
    stop(): Promise<void>;
    start(): Promise<void>;
    remove(): Promise<void>;
}

/** @param exempt whether clients may write as fast as they can; otherwise ngircd's own limit holds, 3 commands a second after a few */
export async function ircServer(name: string, port: number, exempt: boolean): Promise<IrcServer> {
    const from = ["--build-arg", `BASE=${imageReference("base")}`, "--tag", image, import.meta.dirname];
    await execa(await buildClient(), ["build", "--quiet", ...from], { env: { DOCKER_BUILDKIT: "1" } });
    const directory = join(toolsDir, "irc", name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const password = randomBytes(10).toString("hex");
    writeFileSync(join(directory, "ngircd.conf"), configuration(exempt, password));
    const subnet = await docker("network", "inspect", "bridge", "--format", "{{range .IPAM.Config}}{{.Subnet}}{{end}}");
    // This machine's own address in Docker's default network.
    const address = subnet.replace(/\.0\/\d+$/, ".1");
    await docker("rm", "--force", name).catch(() => undefined);
    const place = ["--name", name, "--publish", `${address}:${port}:6667`, "--volume", `${directory}:/etc/ngircd:ro`];
    await docker("run", "--detach", ...place, image);
    const client = (nick: string) => IrcClient.connect({ address, port, password, nick });
    const answers = () =>
        eventually("the IRC server", 20_000, async () => {
            await (await client("looker")).quit();
        });
    await answers();
    return {
        address,
        port,
        password,
        client,
        stop: async () => void (await docker("kill", name)),
        async start() {
            await docker("start", name);
            await answers();
        },
        async remove() {
            await docker("rm", "--force", name);
            rmSync(directory, { recursive: true });
        },
    };
}

function configuration(exempt: boolean, password: string): string {
    return `[Global]
Name = irc.example.org
AdminInfo1 = Tests
Info = IRC of the tests
Password = ${password}
ServerUID = irc
ServerGID = irc
[Limits]
MaxConnectionsIP = 0
MaxJoins = 50
MaxNickLength = 20
MaxPenaltyTime = ${exempt ? 0 : -1}
[Options]
DNS = no
Ident = no
PAM = no
`;
}
