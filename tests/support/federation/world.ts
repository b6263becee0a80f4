/** An internet on loopback: names, certificates, web servers and homeservers; and the check as it is run against them. */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { checkFederation } from "../../../scripts/checks/federation/check.ts";
import type { CheckOptions } from "../../../scripts/checks/federation/checking.ts";
import { type Report, reportText, type StepName } from "../../../scripts/checks/federation/report.ts";
import { Authority, type Wanted } from "./authority.ts";
import { NameServer, type Zone } from "./nameServer.ts";

export interface Reply {
    status?: number;
    headers?: Record<string, string>;
    /** An object is sent as JSON. */
    body?: object | string;
}

/** What is answered, by path; "silence" keeps the asker waiting. Anything else is answered with 404. */
export type Routes = Record<string, Reply | "silence" | undefined>;

interface Served {
    certificate?: Partial<Wanted>;
    tls?: ServerOptions;
    address?: string;
    port?: number;
}

export class World {
    readonly authority = new Authority();
    readonly #names = new NameServer();
    readonly #servers: Server[] = [];
    #resolver = new Resolver();

    async start(): Promise<void> {
        this.#resolver = new Resolver({ timeout: 400, tries: 1 });
        this.#resolver.setServers([await this.#names.start()]);
    }

    stop(): void {
        this.#names.stop();
        this.authority.remove();
        this.closeServers();
    }

    closeServers(): void {
        for (const server of this.#servers.splice(0)) {
            server.close();
            if ("closeAllConnections" in server) (server as HttpServer).closeAllConnections();
        }
    }

    /** One that waits as long as it likes for the same name server. */
    patientResolver(): Resolver {
        const resolver = new Resolver();
        resolver.setServers(this.#resolver.getServers());
        return resolver;
    }

    /** @returns its port */
    async web(routes: Routes, { certificate, tls, address = "127.0.0.1", port = 0 }: Served = {}): Promise<number> {
        const issued = this.authority.issue({ names: ["example.test"], ...certificate });
        return this.#listen(createHttpsServer({ ...issued, ...tls }, answering(routes)), address, port);
    }

    plainWeb(routes: Routes): Promise<number> {
        return this.#listen(createHttpServer(answering(routes)), "127.0.0.1", 0);
    }

    /** Accepts connections and says nothing. */
    silence(): Promise<number> {
        const server = createTcpServer((socket) => this.#servers.push({ close: () => socket.destroy() } as unknown as Server));
        return this.#listen(server, "127.0.0.1", 0);
    }

    async #listen(server: Server, address: string, port: number): Promise<number> {
        this.#servers.push(server);
        server.listen(port, address);
        await once(server, "listening");
        return (server.address() as AddressInfo).port;
    }

    /** With less patience than people have, where something hangs. */
    async check(serverName: string, zone: Zone, ports: Record<string, number>, options: CheckOptions = {}): Promise<Report> {
        this.#names.zone = zone;
        const connectTo = Object.fromEntries(Object.entries(ports).map(([place, port]) => [place, `127.0.0.1:${port}`]));
        const given = { authorities: [this.authority.root], resolver: this.#resolver, connectTo, step: 1500, total: 6000 };
        return checkFederation(serverName, { ...given, ...options });
    }
}

function answering(routes: Routes): Parameters<typeof createHttpsServer>[1] {
    return (request, response) => {
        const reply = routes[request.url ?? ""] ?? { status: 404, body: "not here" };
        if (reply === "silence") return;
        const { status = 200, headers = {}, body = "" } = reply;
        const type = typeof body === "string" ? "text/plain" : "application/json";
        response.writeHead(status, { "Content-Type": type, ...headers });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
}

const { privateKey, publicKey } = generateKeyPairSync("ed25519");

/** What a homeserver publishes, signed. Keys of the object stand in the order of canonical JSON. */
export function keyAnswer(serverName: string, { validFor = 86_400_000, keys = true } = {}): Record<string, unknown> {
    const key = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")
        .toString("base64")
        .replace(/=+$/, "");
    const signed = {
        old_verify_keys: {},
        server_name: serverName,
        valid_until_ts: Date.now() + validFor,
        verify_keys: keys ? { "ed25519:test": { key } } : {},
    };
    const signature = sign(null, Buffer.from(JSON.stringify(signed)), privateKey)
        .toString("base64")
        .replace(/=+$/, "");
    return { ...signed, signatures: { [serverName]: { "ed25519:test": signature } } };
}

/** The server API. */
export function homeserverRoutes(serverName = "example.test", keys: Reply | "silence" = { body: keyAnswer(serverName) }): Routes {
    return {
        "/_matrix/key/v2/server": keys,
        "/_matrix/federation/v1/version": { body: { server: { name: "Synapse", version: "1.163.2" } } },
    };
}

export const cors = { "Access-Control-Allow-Origin": "*" };

/** What clients ask for, and the file that leads other servers on, if any. */
export function webRoutes(server?: Reply | "silence"): Routes {
    return {
        "/.well-known/matrix/server": server,
        "/.well-known/matrix/client": { headers: cors, body: { "m.homeserver": { base_url: "https://example.test" } } },
        "/_matrix/client/versions": { headers: cors, body: { versions: ["v1.1", "v1.15"] } },
    };
}

/** @throws unless these are the only faults, each with this reason */
export function assertFaults(report: Report, ...expected: [StepName, RegExp][]): void {
    const faults = report.steps.filter(({ state }) => state === "fault");
    assert.deepEqual(
        faults.map(({ step }) => step),
        expected.map(([step]) => step),
        reportText(report),
    );
    for (const [index, [, reason]] of expected.entries()) {
        assert.match(faults[index]?.found ?? "", reason);
        assert.ok(faults[index]?.advice, "a fault without what to do");
    }
    assert.equal(report.state === "fault", expected.length > 0);
}

/** @throws unless there is such a step in this state, with this reason */
export function assertStep(report: Report, step: StepName, state: string, reason: RegExp): void {
    const steps = report.steps.filter((one) => one.step === step);
    assert.ok(
        steps.some((one) => one.state === state && reason.test(one.found)),
        `no ${step} in state ${state} with ${reason}:\n${reportText(report)}`,
    );
}
