/** From a server name to what is connected to. Source: https://spec.matrix.org/v1.16/server-server-api/#resolving-server-names */

import { bracketed, hostAndPort, type ServerName } from "../../../matrix/serverName.ts";
import type { Checking } from "./checking.ts";
import type { ConnectTo } from "./locate.ts";
import type { Names, Service } from "./names.ts";
import type { Step } from "./report.ts";
import { serverWellKnown } from "./wellKnown.ts";

export interface Target {
    /** Whose addresses are connected to. */
    host: string;
    port: number;
    /** What the certificate must be for. */
    certificateName: string;
    /** Why it must be for that, where it is not plain. */
    why: string;
    hostHeader: string;
}

export interface Resolved {
    steps: Step[];
    /** None where a step says why. */
    targets: Target[];
}

const defaultPort = 8448;

export async function resolveServer(name: ServerName, checking: Checking): Promise<Resolved> {
    if (name.isAddress || name.port !== undefined) {
        const reason = name.isAddress ? "an address" : "a name with a port";
        const steps: Step[] = [
            { step: "server well-known", state: "skipped", found: `not asked for: the server name is ${reason}` },
            { step: "SRV record", state: "skipped", found: `not asked for: the server name is ${reason}` },
        ];
        return { steps, targets: [plainTarget(name, `because the server name is ${reason}`)] };
    }
    const { finding, to } = await serverWellKnown(name.host, checking);
    const wellKnown: Step = { step: "server well-known", ...finding };
    const next = to ?? name;
    if (next.isAddress || next.port !== undefined) {
        const found = `not asked for: m.server is ${next.isAddress ? "an address" : "a name with a port"}`;
        const why = `the host of m.server`;
        return { steps: [wellKnown, { step: "SRV record", state: "skipped", found }], targets: [plainTarget(next, why)] };
    }
    const why = to ? "the host of m.server" : "the server name itself, whatever the SRV record leads to";
    const { steps, targets } = await byService(next, why, checking.names, checking.connectTo);
    return { steps: [wellKnown, ...steps], targets };
}

function plainTarget({ host, port, text }: ServerName, why: string): Target {
    return { host, port: port ?? defaultPort, certificateName: host, why, hostHeader: text };
}

/** SRV records, the deprecated ones, or port 8448. */
async function byService({ host }: ServerName, why: string, names: Names, connectTo: ConnectTo): Promise<Resolved> {
    const onDefaultPort: Target = { host, port: defaultPort, certificateName: host, why: "", hostHeader: bracketed(host) };
    if (connectTo[hostAndPort(host, defaultPort)] !== undefined) {
        const found = `not asked for: it is given where ${hostAndPort(host, defaultPort)} is`;
        return { steps: [{ step: "SRV record", state: "skipped", found }], targets: [onDefaultPort] };
    }
    const labels = [`_matrix-fed._tcp.${host}`, `_matrix._tcp.${host}`] as const;
    const [current, deprecated] = await Promise.all(labels.map((label) => names.services(label)));
    const failed = current?.failed ?? deprecated?.failed;
    if (failed !== undefined && !current?.records.length) {
        const step: Step = {
            step: "SRV record",
            state: "fault",
            found: `${labels[0]}: ${failed}`,
            advice: `look at the name servers of ${host}`,
        };
        return { steps: [step], targets: [onDefaultPort] };
    }
    const isCurrent = (current?.records.length ?? 0) > 0;
    const records = (isCurrent ? current?.records : deprecated?.records) ?? [];
    const label = isCurrent ? labels[0] : labels[1];
    if (records.length === 0) {
        return {
            steps: [{ step: "SRV record", state: "skipped", found: `there is none: port ${defaultPort} of ${host}` }],
            targets: [onDefaultPort],
        };
    }
    const none = records.find(({ name }) => name === "" || name === ".");
    if (none) {
        const found = `${label} leads to ".", which says that there is no such service`;
        return {
            steps: [{ step: "SRV record", state: "fault", found, advice: "take the record out, or name the homeserver in it" }],
            targets: [],
        };
    }
    const targets = records.map(({ name, port }) => ({ host: name, port, certificateName: host, why, hostHeader: bracketed(host) }));
    return { steps: [await judged(label, records, isCurrent, names)], targets };
}

async function judged(label: string, records: Service[], isCurrent: boolean, names: Names): Promise<Step> {
    const step = "SRV record";
    const found = `${label} leads to ${records.map(({ name, port }) => hostAndPort(name, port)).join(", ")}`;
    const aliases = await Promise.all(records.map(async ({ name }) => ({ name, alias: (await names.aliases(name)).records[0] })));
    const aliased = aliases.find(({ alias }) => alias !== undefined);
    if (aliased) {
        return {
            step,
            state: "fault",
            found: `${found}; ${aliased.name} is an alias (CNAME) of ${aliased.alias}, which an SRV record must not lead to (RFC 2782)`,
            advice: `let the record lead to ${aliased.alias}`,
        };
    }
    if (isCurrent) return { step, state: "ok", found };
    return {
        step,
        state: "warning",
        found: `${found}; such records are deprecated`,
        advice: `name it ${label.replace("_matrix.", "_matrix-fed.")}`,
    };
}
