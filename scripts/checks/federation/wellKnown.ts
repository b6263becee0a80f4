/** The file by which a server name leads to another host. Source: https://spec.matrix.org/v1.16/server-server-api/#getwell-knownmatrixserver */

import { bracketed, parseServerName, type ServerName } from "../../../matrix/serverName.ts";
import { contentTypeWarning, findingOf, type JsonObject, objectIn, Unwell, wellKnownBytes } from "./answer.ts";
import type { Checking } from "./checking.ts";
import type { Finding } from "./report.ts";
import { type Fetched, fetchFrom } from "./web.ts";

export interface Delegation {
    finding: Finding;
    /** Where m.server leads. */
    to?: ServerName;
}

export async function serverWellKnown(host: string, checking: Checking): Promise<Delegation> {
    const url = new URL(`https://${bracketed(host)}/.well-known/matrix/server`);
    try {
        const fetched = await fetchFrom(url, wellKnownBytes, checking);
        const to = delegatedTo(objectIn(fetched.answer, url.href));
        const type = contentTypeWarning(fetched.answer);
        const found = `${url.href} leads to ${to.text}`;
        return { finding: withWarnings(found, fetched, type ? [[type.found, type.advice ?? ""]] : []), to };
    } catch (error) {
        if (!(error instanceof Unwell && error.absent)) return { finding: findingOf(error) };
        return { finding: { state: "skipped", found: `there is none (${error.message}): other servers go on with DNS` } };
    }
}

/** @throws Unwell */
export function delegatedTo(file: JsonObject): ServerName {
    const value = file["m.server"];
    const advice = 'write {"m.server": "matrix.example.org:443"}, with the host and port of the homeserver';
    if (value === undefined) throw new Unwell('the file has no "m.server"', advice);
    if (typeof value !== "string") throw new Unwell(`"m.server" is ${JSON.stringify(value)}, and no text`, advice);
    const parsed = parseServerName(value.toLowerCase());
    if (typeof parsed === "string") throw new Unwell(`"m.server" is ${JSON.stringify(value)}, which ${parsed}`, advice);
    return parsed;
}

/** What was found, with everything that is to be said beside it. */
export function withWarnings(found: string, { remarks, warnings }: Fetched, more: Fetched["warnings"] = []): Finding {
    const all = [...warnings, ...more];
    const text = [found, ...remarks, ...all.map(([warning]) => warning)].join("; ");
    const advice = [...new Set(all.map(([, what]) => what))].filter(Boolean).join("; ");
    return { state: all.length > 0 ? "warning" : "ok", found: text, ...(advice && { advice }) };
}
