/** What tests of monitoring need: a stack that has all of it, receivers that are told of alerts, and questions to Prometheus. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createWebServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { docker } from "./docker.ts";
import { Authority } from "./federation/authority.ts";
import { smallStack } from "./stack.ts";

/** As a webhook's receiver gets it. */
export interface Alert {
    status: "firing" | "resolved";
    labels: Record<string, string>;
    annotations: Record<string, string>;
    /** When it came, in milliseconds since 1970. */
    at: number;
}

/** This machine's own address in Docker's default network, which containers of any network reach. */
export async function hostAddress(): Promise<string> {
    return docker("network", "inspect", "bridge", "--format", "{{range .IPAM.Config}}{{.Gateway}}{{end}}");
}

/** Takes alerts by HTTP. */
export class Webhook {
    readonly alerts: Alert[] = [];
    private readonly server = createWebServer(async (request, response) => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        if (request.url === this.path) {
            const { alerts } = JSON.parse(Buffer.concat(parts).toString()) as { alerts: Omit<Alert, "at">[] };
            this.alerts.push(...alerts.map((alert) => ({ ...alert, at: Date.now() })));
        }
        response.writeHead(request.url === this.path ? 200 : 404).end();
    });

    constructor(readonly path: string) {}

    async listen(host: string): Promise<string> {
        this.server.listen(0, host);
        await once(this.server, "listening");
        return `http://${host}:${(this.server.address() as AddressInfo).port}${this.path}`;
    }

    told(name: string, status: Alert["status"] = "firing"): Alert[] {
        return this.alerts.filter((alert) => alert.labels.alertname === name && alert.status === status);
    }

    close(): void {
        this.server.close();
        this.server.closeAllConnections();
    }
}

/** Takes mail, after a sign-in in the clear. */
export class MailServer {
    /** Texts of the messages, headers included. */
    readonly mails: string[] = [];
    /** User name and password of each sign-in. */
    readonly signIns: string[][] = [];
    private readonly server: Server = createServer((socket) => {
        const say = (line: string) => socket.write(`${line}\r\n`);
        let text: string[] | undefined;
        let login: string[] | undefined;
        say("220 mail.test ESMTP");
        createInterface(socket).on("line", (line) => {
            const [verb = "", , given] = line.split(" ");
            if (text) {
                if (line !== ".") return void text.push(line);
                this.mails.push(text.join("\n"));
                text = undefined;
                return void say("250 taken");
            }
            if (login) {
                login.push(Buffer.from(line, "base64").toString());
                if (login.length < 2) return void say("334 UGFzc3dvcmQ6");
                this.signIns.push(login);
                login = undefined;
                return void say("235 welcome");
            }
            switch (verb.toUpperCase()) {
                case "EHLO":
                    socket.write("250-mail.test\r\n250 AUTH LOGIN\r\n");
                    break;
                case "AUTH":
                    login = given ? [Buffer.from(given, "base64").toString()] : [];
                    say(given ? "334 UGFzc3dvcmQ6" : "334 VXNlcm5hbWU6");
                    break;
                case "DATA":
                    text = [];
                    say("354 go on");
                    break;
                case "QUIT":
                    say("221 bye");
                    socket.end();
                    break;
                default:
                    say("250 OK");
            }
        });
        socket.on("error", () => {});
    });

    async listen(host: string): Promise<string> {
        this.server.listen(0, host);
        await once(this.server, "listening");
        return `${host}:${(this.server.address() as AddressInfo).port}`;
    }

    close(): void {
        this.server.close();
    }
}

/** A certificate that is to be replaced soon, of the gateway at `localhost`. */
export function endingCertificate(): { chain: string; key: string; root: string } {
    const authority = new Authority();
    const { cert, key } = authority.issue({ names: ["localhost"], from: -99, until: 5, by: "root" });
    authority.remove();
    return { chain: cert + authority.root, key, root: authority.root };
}

export interface Monitored {
    base: number;
    certificate: { chain: string; key: string; root: string };
    webhook: string;
    smarthost: string;
    repository: string;
}

export const mailSettings = { from: "matrix@example.org", to: ["one@example.org", "two@example.org"], username: "operator" };

/** Everything that can be watched, with every receiver. */
export function monitoredStack({
    base,
    certificate: { chain, key, root },
    webhook,
    smarthost,
    repository,
}: Monitored): Partial<SettingsInput> {
    const small = smallStack(base);
    return {
        ...small,
        gateway: { ...small.gateway, certificate: { chain, key } },
        federation: { authorities: [root] },
        backup: { repository, maxLoss: 10 },
        bots: { notifier: { unlimited: true } },
        rooms: { lobby: { encrypted: false, members: { notifier: 50 } }, alarms: { encrypted: false, members: { notifier: 0 } } },
        monitoring: {
            enabled: true,
            port: base + 95,
            retention: "3d",
            receivers: {
                webhook: { url: webhook },
                mail: { ...mailSettings, smarthost, password: "the password of the mail", tls: false },
                room: { room: "alarms", bot: "notifier" },
            },
        },
    };
}

export interface Sample {
    metric: Record<string, string>;
    value: number;
}

export class Prometheus {
    constructor(readonly url: string) {}

    /** What an expression is now: empty where there is no series. @throws if Prometheus cannot read it */
    async query(expression: string): Promise<Sample[]> {
        const { resultType, result } = await this.ask<{ resultType: string; result: unknown[] }>("query", { query: expression });
        if (resultType === "scalar") return [{ metric: {}, value: Number(result[1]) }];
        return (result as { metric: Record<string, string>; value: [number, string] }[]).map(({ metric, value }) => ({
            metric,
            value: Number(value[1]),
        }));
    }

    async ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
        const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
        const { status, data, error } = (await answer.json()) as { status: string; data: T; error?: string };
        assert.equal(status, "success", `${JSON.stringify(parameters)}: ${error}`);
        return data;
    }
}
