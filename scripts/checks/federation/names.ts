/** What DNS says, each question asked once. */
import { Resolver } from "node:dns/promises";
import type { Patience } from "./patience.ts";

export type DnsResolver = Pick<Resolver, "resolve4" | "resolve6" | "resolveSrv" | "resolveCname">;

/** Records in a fixed order; or why there are none. */
export interface Lookup<T> {
    records: T[];
    /** The name is not there at all. */
    noSuchName?: boolean;
    /** Whether there are any cannot be told: what the name servers said or failed to say. */
    failed?: string;
}

export interface Service {
    priority: number;
    weight: number;
    port: number;
    /** Empty where the record says that there is no such service (RFC 2782). */
    name: string;
}

const faults: Record<string, string> = {
    ESERVFAIL: "the name servers answer SERVFAIL (they are broken, or DNSSEC is)",
    EREFUSED: "the name servers refuse the question",
    ECONNREFUSED: "no name server answers",
    ETIMEOUT: "the name servers do not answer",
};

export class Names {
    readonly #asked = new Map<string, Promise<Lookup<unknown>>>();

    constructor(
        private readonly patience: Patience,
        private readonly resolver: DnsResolver = new Resolver({ timeout: Math.ceil(patience.step / 2), tries: 2 }),
    ) {}

    ipv4(host: string): Promise<Lookup<string>> {
        return this.#once(`A ${host}`, async () => (await this.resolver.resolve4(host)).sort());
    }

    ipv6(host: string): Promise<Lookup<string>> {
        return this.#once(`AAAA ${host}`, async () => (await this.resolver.resolve6(host)).sort());
    }

    /** By priority, then weight. */
    services(name: string): Promise<Lookup<Service>> {
        return this.#once(`SRV ${name}`, async () =>
            (await this.resolver.resolveSrv(name)).sort(
                (a, b) => a.priority - b.priority || b.weight - a.weight || (a.name < b.name ? -1 : 1) || a.port - b.port,
            ),
        );
    }

    aliases(host: string): Promise<Lookup<string>> {
        return this.#once(`CNAME ${host}`, () => this.resolver.resolveCname(host));
    }

    #once<T>(key: string, ask: () => Promise<T[]>): Promise<Lookup<T>> {
        const known = this.#asked.get(key) as Promise<Lookup<T>> | undefined;
        if (known) return known;
        const asked = this.#ask(ask);
        this.#asked.set(key, asked);
        return asked;
    }

    async #ask<T>(ask: () => Promise<T[]>): Promise<Lookup<T>> {
        try {
            return { records: await this.patience.within(ask) };
        } catch (error) {
            const { code = "", message } = error as NodeJS.ErrnoException;
            if (code === "ENOTFOUND") return { records: [], noSuchName: true };
            if (code === "ENODATA") return { records: [] };
            return { records: [], failed: faults[code] ?? (code === "" ? `the name servers gave ${message}` : `DNS ended with ${code}`) };
        }
    }
}
