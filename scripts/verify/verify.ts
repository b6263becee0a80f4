/** Whether a stack serves what was deployed, as seen from outside its containers. */
import { randomBytes } from "node:crypto";
import { type Checking, checkingOf } from "../checks/federation/checking.ts";
import type { Step } from "../checks/federation/report.ts";
import { type ReachedAt, reachedAt } from "../checks/reached.ts";
import { pathThrough } from "../checks/relay/path.ts";
import { type Credentials, timeLimitedCredentials } from "../checks/relay/turn/credentials.ts";
import { checkAdministrator } from "./administrator.ts";
import type { Deployed } from "./deployed.ts";
import { checkGateway, listenerAt } from "./gateway.ts";
import { type Limits, limits, untilWell } from "./patience.ts";

/**
 * Asks at the ports that the stack publishes on its Docker host, not where DNS leads to: that is what was deployed, and there may be no
 * DNS yet. Where Docker is on another machine, ports that only that machine reaches are not looked at, and what cannot be connected
 * to may be a firewall's doing: both are warnings.
 *
 * @param dockerHost where the engine is, as DOCKER_HOST has it; absent: on this machine
 * @param behindSocket name of the machine that an engine is on whose socket is here
 */
export async function verify(
    deployed: Deployed,
    dockerHost: string | undefined,
    within: Limits = limits,
    behindSocket?: string,
): Promise<Step[]> {
    const reached = (bind: string) => reachedAt(bind, dockerHost, behindSocket);
    const gateway = await verifyGateway(deployed, reached(deployed.gateway.bind), within);
    const { relay } = deployed;
    if (relay === undefined) return gateway.steps;
    return [...gateway.steps, ...(await verifyRelay(relay, gateway.credentials, reached(relay.bind), within))];
}

async function verifyGateway(
    deployed: Deployed,
    { address, elsewhere }: ReachedAt,
    within: Limits,
): Promise<{ steps: Step[]; credentials?: Credentials }> {
    const { bind, httpsPort, hosts } = deployed.gateway;
    if (address === undefined) return { steps: [unreachable("client API", "the gateway", bind, elsewhere ?? "")] };
    const checking = (round: number): Checking => checkingOf({ authorities: deployed.authorities, total: round, step: round });
    const looked = await untilWell(() => checkGateway(deployed, address, checking(within.round)), within);
    const steps = elsewhere === undefined ? looked : looked.map(perhapsFirewall);
    if (!steps.some(({ step, state }) => step === "client API" && state === "ok")) return { steps };
    const listener = listenerAt(address, httpsPort, hosts[0] as string);
    const { steps: more, credentials } = await checkAdministrator(listener, deployed, checking(within.signIn));
    return { steps: [...steps, ...more], ...(credentials && { credentials }) };
}

async function verifyRelay(
    relay: NonNullable<Deployed["relay"]>,
    fromHomeserver: Credentials | undefined,
    { address, elsewhere }: ReachedAt,
    { relay: relayLimit }: Limits,
): Promise<Step[]> {
    if (address === undefined) return [unreachable("relay", "the relay", relay.bind, elsewhere ?? "")];
    const place = { host: address, port: relay.port, tlsPort: relay.tlsPort, realm: relay.host, range: relay.relayPorts };
    const own = () => timeLimitedCredentials(relay.secret, `verification-${randomBytes(6).toString("hex")}`, Date.now() / 1000 + 60);
    const { reason, busy, answered } = await pathThrough(place, fromHomeserver ?? own(), AbortSignal.timeout(relayLimit));
    const at = `${address}:${relay.port}`;
    if (reason === null) return [{ step: "relay", at, state: "ok", found: "what one client sends arrives at another" }];
    const unjudged = busy || (!answered && elsewhere !== undefined);
    return [{ step: "relay", at, state: unjudged ? "warning" : "fault", found: reason }];
}

function unreachable(step: Step["step"], part: string, bind: string, elsewhere: string): Step {
    return {
        step,
        state: "warning",
        found: `not looked at: ${part} is published on ${bind} of ${elsewhere}, which this machine does not reach`,
        advice: "run `resource-matrix-synapse status --verbose` there",
    };
}

function perhapsFirewall(step: Step): Step {
    return step.step === "connection" && step.state === "fault" ? { ...step, state: "warning" } : step;
}
