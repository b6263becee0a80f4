/** What the gateway presents and answers, asked at the ports that it is published on. */
import { isDeepStrictEqual } from "node:util";
import { wellKnownPath } from "../../components/gateway/wellKnown.ts";
import { bracketed, hostAndPort } from "../../matrix/serverName.ts";
import { judgeDeployed } from "../checks/deployedCertificate.ts";
import { type Answer, objectIn, Unwell } from "../checks/federation/answer.ts";
import { judgeCertificate, type Presented } from "../checks/federation/certificate.ts";
import type { Checking } from "../checks/federation/checking.ts";
import { corsAdvice, openToPages } from "../checks/federation/clientSide.ts";
import { judgeKeys, keysPath } from "../checks/federation/keys.ts";
import { type Listener, question, reach } from "../checks/federation/listener.ts";
import type { Finding, Step, StepName } from "../checks/federation/report.ts";
import type { Deployed } from "./deployed.ts";

/** All that can be told at once; what needs a connection is left out where there is none. */
export async function checkGateway(deployed: Deployed, address: string, checking: Checking): Promise<Step[]> {
    const { hosts, httpsPort, federationPort, wellKnown } = deployed.gateway;
    const at = (port: number) => (host: string) => listenerAt(address, port, host);
    const [own, ...others] = hosts.map(at(httpsPort)) as [Listener, ...Listener[]];
    const base = others.find(({ name }) => name === hostOf(deployed.serverName)) ?? own;
    const [clients, servers, ...more] = await Promise.all([
        checkListener(own, deployed, checking, async () => [
            { step: "client API", ...(await question(own, versionsPath, checking, judgeVersions)) },
        ]),
        federationPort === undefined ? [] : checkServerSide(at(federationPort)(own.name), deployed, checking),
        ...others.map((listener) => checkListener(listener, deployed, checking)),
    ]);
    const answers = (clients ?? []).some(({ step }) => step === "client API");
    const files = wellKnown && answers ? await checkFiles(base, wellKnown, checking) : [];
    return once([...(clients ?? []), ...(servers ?? []), ...more.flat(), ...files]);
}

export function listenerAt(address: string, port: number, host: string): Listener {
    return { place: { address, port }, name: host, hostHeader: port === 443 ? bracketed(host) : hostAndPort(host, port) };
}

const versionsPath = "/_matrix/client/versions";

function checkServerSide(listener: Listener, deployed: Deployed, checking: Checking): Promise<Step[]> {
    const { serverName } = deployed;
    return checkListener(listener, deployed, checking, async () => [
        {
            step: "server keys",
            ...(await question(listener, keysPath, checking, (answer) => judgeKeys(objectIn(answer, keysPath), serverName, checking.now))),
        },
    ]);
}

/** @param ask asked whatever is wrong with the certificate, so that one fault does not hide another */
async function checkListener(
    listener: Listener,
    deployed: Deployed,
    checking: Checking,
    ask: () => Promise<Step[]> = async () => [],
): Promise<Step[]> {
    const byAcme = deployed.certificateFingerprint === undefined;
    const at = hostAndPort(listener.place.address, listener.place.port);
    const { steps, presented, open, noCertificate } = await reach(listener, checking);
    if (noCertificate && byAcme) return [{ step: "certificate", at, ...notYet(listener.name) }];
    if (!open) return steps;
    const certificate = presented ? judged(presented, listener.name, deployed, checking) : [];
    const asked = await ask();
    return [...steps, ...certificate.map((step) => ({ ...step, at })), ...asked.map((step) => ({ ...step, at }))];
}

function notYet(name: string): Finding {
    return {
        state: "warning",
        found: `there is no certificate for ${name} yet, so nothing else could be asked`,
        advice: "the gateway goes on asking for one by ACME: see its log, and `resource-matrix-synapse status --verbose`",
    };
}

function judged(presented: Presented, name: string, { certificateFingerprint }: Deployed, { now }: Checking): Step[] {
    if (certificateFingerprint !== undefined) {
        const deployed = judgeDeployed(presented.leaf, certificateFingerprint);
        if (deployed.state === "fault") return [{ step: "deployed certificate", ...deployed }];
    }
    // The authority was given on purpose: that others do not trust it is no news to who deployed it.
    const finding = judgeCertificate({ ...presented, givenOnly: false }, name, "", now);
    // The authority's, not this stack's: a staging authority is one that nobody trusts.
    const byAcme = certificateFingerprint === undefined;
    // No reason to call another change a failure: the program refuses to install such a certificate, and warns of it from then on.
    const onlyExpired = judgeCertificate(beforeItsEnd(presented), name, "", timeOf(presented.leaf, now)).state !== "fault";
    const isWarning = finding.state === "fault" && (byAcme || onlyExpired);
    return [{ step: "certificate", ...finding, ...(isWarning && { state: "warning" as const }) }];
}

function beforeItsEnd({ fault, ...presented }: Presented): Presented {
    return { ...presented, givenOnly: false, ...(fault !== undefined && fault !== "CERT_HAS_EXPIRED" && { fault }) };
}

/** Now, or while it was valid. */
function timeOf({ validTo }: Presented["leaf"], now: number): number {
    return Math.min(now, Date.parse(validTo));
}

function judgeVersions(answer: Answer): Finding {
    const { versions } = objectIn(answer, versionsPath);
    if (!Array.isArray(versions)) throw new Unwell(`${versionsPath} names no versions`, "see what answers in the homeserver's place");
    return { state: "ok", found: `${versionsPath} answers, up to ${versions.at(-1)}` };
}

const files: [kind: string, step: StepName][] = [
    ["client", "client well-known"],
    ["server", "server well-known"],
    ["support", "support well-known"],
];

function checkFiles(listener: Listener, wellKnown: Record<string, object>, checking: Checking): Promise<Step[]> {
    const at = hostAndPort(listener.place.address, listener.place.port);
    return Promise.all(
        files.map(async ([kind, step]) => {
            const path = `${wellKnownPath}/${kind}`;
            return { step, at, ...(await question(listener, path, checking, judgeFile(path, wellKnown[kind]))) };
        }),
    );
}

function judgeFile(path: string, declared: object | undefined): (answer: Answer) => Finding {
    return (answer) => {
        if (declared === undefined) {
            if (answer.status === 404) return { state: "ok", found: `${path} is not there, as declared` };
            throw new Unwell(`${path}: status ${answer.status}, and no such file was deployed`, configAdvice);
        }
        const file = objectIn(answer, path);
        if (!isDeepStrictEqual(file, declared)) {
            throw new Unwell(`${path} differs: it is ${shown(file)}, and ${shown(declared)} was deployed`, configAdvice);
        }
        const open = openToPages({ answer });
        if (open) throw new Unwell(`${path}: ${open}`, corsAdvice);
        return { state: "ok", found: `${path} is as declared` };
    };
}

const configAdvice =
    "see what answers in the gateway's place; to put its configuration back, remove its container and run `pulumi up --refresh`";

function shown(file: object): string {
    const text = JSON.stringify(file);
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function hostOf(serverName: string): string {
    return serverName.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

/** The same certificate is presented for each name and at each port. */
function once(steps: Step[]): Step[] {
    const said = new Set<string>();
    return steps.filter(({ state, step, found, at }) => {
        const text = `${state} ${step} ${found} ${step === "deployed certificate" ? "" : at}`;
        if (said.has(text)) return false;
        said.add(text);
        return true;
    });
}
