/** What all steps of one check share. */
import { type Trust, trustOf } from "./connection.ts";
import type { ConnectTo } from "./locate.ts";
import { type DnsResolver, Names } from "./names.ts";
import { Patience } from "./patience.ts";

export interface CheckOptions {
    /** PEM of authorities that are trusted besides Mozilla's, such as a development authority. */
    authorities?: readonly string[];
    connectTo?: ConnectTo;
    /** Default: the system's name servers. /etc/hosts is never read: other servers have another. */
    resolver?: DnsResolver;
    /** Milliseconds for the whole check, 7000 by default. */
    total?: number;
    /** Milliseconds for one step (a question of DNS, a connection, a handshake, an answer); a quarter of the whole by default. */
    step?: number;
    /** Whether the server side is looked at; true by default. */
    federation?: boolean;
}

export interface Checking {
    names: Names;
    connectTo: ConnectTo;
    trust: Trust;
    patience: Patience;
    /** Milliseconds. */
    now: number;
}

export function checkingOf({ authorities = [], connectTo = {}, resolver, total = 7000, step = total / 4 }: CheckOptions): Checking {
    const patience = new Patience(step, total);
    return { names: new Names(patience, resolver), connectTo, trust: trustOf(authorities), patience, now: Date.now() };
}
