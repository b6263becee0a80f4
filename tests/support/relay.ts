/** A stack's relay, as clients see it. */
import { once } from "node:events";
import { createServer } from "node:net";
import { connect } from "node:tls";
import { execa } from "execa";
import { certificateFiles } from "../../components/certificate/files.ts";
import { RelayClient } from "../../scripts/checks/relay/turn/client.ts";
import type { Credentials } from "../../scripts/checks/relay/turn/credentials.ts";
import type { RelayServer } from "../../scripts/checks/relay/turn/transport.ts";
import type { StackOutputs } from "./stack.ts";

/** What the homeserver gives to a client. Source: https://spec.matrix.org/v1.16/client-server-api/#get_matrixclientv3voipturnserver */
export async function credentialsFromHomeserver(outputs: StackOutputs): Promise<Credentials & { uris: string[]; ttl: number }> {
    const headers = { authorization: `Bearer ${outputs.bots.notifier?.accessToken}` };
    const answer = await fetch(`${outputs.clientUrl}/_matrix/client/v3/voip/turnServer`, { headers });
    if (answer.status !== 200) throw new Error(`voip/turnServer: ${answer.status}`);
    return (await answer.json()) as Credentials & { uris: string[]; ttl: number };
}

/** @param milliseconds for all that is done with it */
export async function openRelay(server: RelayServer, credentials: Credentials, milliseconds = 20_000): Promise<RelayClient> {
    return RelayClient.open(server, credentials, AbortSignal.timeout(milliseconds));
}

/** Runs `work` with a client that has an allocation, which is given back in the end. */
export async function withRelay<T>(
    server: RelayServer,
    credentials: Credentials,
    work: (client: RelayClient, relayed: { ip: string; port: number }) => Promise<T>,
    milliseconds?: number,
): Promise<T> {
    const client = await openRelay(server, credentials, milliseconds);
    try {
        return await work(client, await client.allocate());
    } finally {
        await client.close();
    }
}

/**
 * Leads TCP into TLS: turnutils_uclient chooses versions of TLS at random, old ones too, and waits half a minute for each that is refused.
 * @returns what ends it
 */
export async function tunnel(port: number, { host, port: to, name, authority }: RelayServer): Promise<() => void> {
    const server = createServer((client) => {
        const relay = connect({ host, port: to, servername: name, ca: authority });
        client.pipe(relay).pipe(client);
        for (const [one, other] of [
            [client, relay],
            [relay, client],
        ] as const)
            one.on("error", () => other.destroy()).on("close", () => other.destroy());
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return () => server.close();
}

/** Puts a certificate (chain and key) where the gateway's container keeps it, as an atomic replacement; the gateway itself is not told. */
export async function install(container: string, pem: string): Promise<void> {
    const script = `cat > ${certificateFiles.served}.new && mv ${certificateFiles.served}.new ${certificateFiles.served}`;
    await execa("docker", ["exec", "--interactive", container, "sh", "-c", `umask 077; ${script}`], { input: pem });
}

/** Another certificate for this host, signed by itself, with its key. */
export async function selfSigned(container: string, host: string): Promise<string> {
    const { stdout } = await execa("docker", [
        "exec",
        container,
        "bash",
        "-c",
        `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=${host} -addext subjectAltName=DNS:${host} -keyout - -out - 2>/dev/null`,
    ]);
    return `${stdout}\n`;
}
