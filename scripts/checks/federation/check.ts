/**
 * What a server name leads to, as other servers and clients see it. Nothing is changed, and no secret is needed.
 * Sources: https://spec.matrix.org/v1.16/server-server-api/#server-discovery and the public federation tester.
 */

import { hostAndPort, parseServerName, type ServerName } from "../../../matrix/serverName.ts";
import { type Checking, type CheckOptions, checkingOf } from "./checking.ts";
import { checkClientSide } from "./clientSide.ts";
import { checkEndpoint } from "./endpoint.ts";
import { locate } from "./locate.ts";
import { type Report, reportOf, type Step } from "./report.ts";
import { resolveServer, type Target } from "./resolve.ts";

/** Ends within `total` milliseconds and a little, whatever hangs. */
export async function checkFederation(serverName: string, options: CheckOptions = {}): Promise<Report> {
    const name = parseServerName(serverName);
    if (typeof name === "string") {
        const advice = "give the part of the user IDs after the colon";
        return reportOf(serverName, [{ step: "server name", state: "fault", found: `${JSON.stringify(serverName)} ${name}`, advice }]);
    }
    const checking = checkingOf(options);
    const [server, client] = await Promise.all([
        options.federation === false ? [off] : checkServerSide(name, checking),
        checkClientSide(name, checking),
    ]);
    return reportOf(serverName, [{ step: "server name", state: "ok", found: kindOf(name) }, ...server, ...client]);
}

const off: Step = {
    step: "federation",
    state: "skipped",
    found: "it is off in the settings (federation.enabled): only what clients need is looked at",
};

function kindOf({ isAddress, port }: ServerName): string {
    return `${isAddress ? "an address" : "a host name"}, ${port === undefined ? "without a port" : `with port ${port}`}`;
}

async function checkServerSide(name: ServerName, checking: Checking): Promise<Step[]> {
    const { steps, targets } = await resolveServer(name, checking);
    const reached = (await Promise.all(targets.map((target) => checkTarget(name, target, checking)))).flat();
    const works = reached.some(({ step }) => step === "server keys") && !reached.some(({ state }) => state === "fault");
    return [...steps.map((step) => (works ? relented(step) : step)), ...reached];
}

async function checkTarget(name: ServerName, target: Target, checking: Checking): Promise<Step[]> {
    const { places, state, found, advice } = await locate(target.host, target.port, checking.names, checking.connectTo);
    const addresses: Step = { step: "addresses", at: hostAndPort(target.host, target.port), state, found, ...(advice && { advice }) };
    const reached = await Promise.all(places.map((place) => checkEndpoint(name.text, target, place, checking)));
    return [addresses, ...reached.flat()];
}

/** A file that other servers cannot use is passed over, and does no harm where the way without it is right. */
function relented(step: Step): Step {
    if (step.step !== "server well-known" || step.state !== "fault") return step;
    return { ...step, state: "warning", found: `${step.found}; other servers go on without the file, and reach the server` };
}
