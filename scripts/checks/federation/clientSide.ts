/** What clients find on the host of a server name. Source: https://spec.matrix.org/v1.16/client-server-api/#well-known-uris */

import { bracketed, type ServerName } from "../../../matrix/serverName.ts";
import { answerBytes, contentTypeWarning, findingOf, type JsonObject, objectIn, Unwell, wellKnownBytes } from "./answer.ts";
import type { Checking } from "./checking.ts";
import type { Finding, Step } from "./report.ts";
import { type Fetched, fetchFrom, isLoopback } from "./web.ts";
import { withWarnings } from "./wellKnown.ts";

export async function checkClientSide({ host }: ServerName, checking: Checking): Promise<Step[]> {
    const [clients, support] = await Promise.all([checkClients(host, checking), checkSupport(host, checking)]);
    return [...clients, { step: "support well-known", ...support }];
}

async function checkClients(host: string, checking: Checking): Promise<Step[]> {
    const url = new URL(`https://${bracketed(host)}/.well-known/matrix/client`);
    let finding: Finding;
    let baseUrl: URL;
    try {
        const fetched = await fetchFrom(url, wellKnownBytes, checking);
        baseUrl = baseUrlIn(objectIn(fetched.answer, url.href));
        finding = judgeFile(url, baseUrl, fetched);
    } catch (error) {
        const absent = error instanceof Unwell && error.absent;
        const finding: Finding = absent
            ? {
                  state: "warning",
                  found: `there is none (${error.message}): people must type the homeserver's address into their client`,
                  advice: `serve ${url.href}`,
              }
            : findingOf(error);
        return [
            { step: "client well-known", ...finding },
            { step: "client API", state: "skipped", found: "not asked: the file does not say where it is" },
        ];
    }
    return [
        { step: "client well-known", ...finding },
        { step: "client API", ...(await checkVersions(baseUrl, checking)) },
    ];
}

/** @throws Unwell */
export function baseUrlIn(file: JsonObject): URL {
    const homeserver = file["m.homeserver"];
    const value = (homeserver as JsonObject | null | undefined)?.base_url;
    const advice = 'write {"m.homeserver": {"base_url": "https://matrix.example.org"}}';
    if (value === undefined) throw new Unwell('the file has no "m.homeserver" with its "base_url"', advice);
    const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
    if (!url) throw new Unwell(`base_url is ${JSON.stringify(value)}, which is no URL`, advice);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))) {
        throw new Unwell(`base_url is ${value}, without TLS`, "let it begin with https://");
    }
    return url;
}

function judgeFile(url: URL, baseUrl: URL, fetched: Fetched): Finding {
    const open = openToPages(fetched);
    if (open) return { state: "fault", found: `${url.href}: ${open}`, advice: corsAdvice };
    const more: Fetched["warnings"] = [];
    const type = contentTypeWarning(fetched.answer);
    if (type) more.push([type.found, type.advice ?? ""]);
    if (baseUrl.protocol === "http:") {
        more.push([
            "base_url is without TLS, which only this machine can use",
            "set homeserver.publicUrl to an https:// URL for anybody else",
        ]);
    }
    return withWarnings(`${url.href} leads to ${baseUrl.href}`, fetched, more);
}

export const corsAdvice = "serve it with Access-Control-Allow-Origin: *";

/** Clients in browsers read nothing that is not open to every page. */
export function openToPages({ answer }: Pick<Fetched, "answer">): string | undefined {
    const origin = answer.headers["access-control-allow-origin"];
    if (origin === "*") return undefined;
    return `clients in browsers cannot read it: Access-Control-Allow-Origin is ${origin ?? "missing"}`;
}

async function checkVersions(baseUrl: URL, checking: Checking): Promise<Finding> {
    const url = new URL(`${baseUrl.href.replace(/\/$/, "")}/_matrix/client/versions`);
    try {
        const fetched = await fetchFrom(url, answerBytes, checking);
        const { versions } = objectIn(fetched.answer, url.href);
        if (!Array.isArray(versions)) throw new Unwell(`${url.href} names no versions`, "let base_url lead to the homeserver");
        const open = openToPages(fetched);
        if (open) return { state: "fault", found: `${url.href}: ${open}`, advice: corsAdvice };
        return withWarnings(`${url.href} answers, up to ${versions.at(-1)}`, fetched);
    } catch (error) {
        return findingOf(error instanceof Unwell ? new Unwell(`base_url ${baseUrl.href}: ${error.message}`, error.advice) : error);
    }
}

async function checkSupport(host: string, checking: Checking): Promise<Finding> {
    const url = new URL(`https://${bracketed(host)}/.well-known/matrix/support`);
    let fetched: Fetched;
    let file: JsonObject;
    try {
        fetched = await fetchFrom(url, wellKnownBytes, checking);
        file = objectIn(fetched.answer, url.href);
    } catch (error) {
        if (error instanceof Unwell && error.absent) return { state: "skipped", found: "there is none, and need not be" };
        return findingOf(error, "warning");
    }
    const fault = faultInSupport(file);
    if (fault)
        return { state: "warning", found: `${url.href}: ${fault}`, advice: "give it a support_page, or contacts with role and address" };
    return withWarnings(`${url.href} says whom to ask`, fetched);
}

/** Source: https://spec.matrix.org/v1.16/client-server-api/#getwell-knownmatrixsupport */
export function faultInSupport({ contacts, support_page: page }: JsonObject): string | undefined {
    if (contacts === undefined && page === undefined) return "it has neither contacts nor a support_page";
    if (page !== undefined && !(typeof page === "string" && URL.canParse(page))) return "support_page is no URL";
    if (contacts === undefined) return undefined;
    if (!Array.isArray(contacts)) return "contacts is no list";
    for (const [index, contact] of contacts.entries()) {
        const { role, matrix_id: id, email_address: mail } = (typeof contact === "object" && contact !== null ? contact : {}) as JsonObject;
        if (typeof role !== "string") return `contact ${index + 1} has no role`;
        if (typeof id !== "string" && typeof mail !== "string") return `contact ${index + 1} has neither a matrix_id nor an email_address`;
    }
    return undefined;
}
