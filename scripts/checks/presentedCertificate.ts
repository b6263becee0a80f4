/** The certificate that the gateway presents, beside the one that the stack's last update put there. */
import { hostAndPort } from "../../matrix/serverName.ts";
import { oneLine } from "../project/failure.ts";
import { engineHost } from "../stack/engine.ts";
import { judgeDeployed } from "./deployedCertificate.ts";
import { checkingOf } from "./federation/checking.ts";
import { reach } from "./federation/listener.ts";
import type { Step } from "./federation/report.ts";
import type { StackCheck } from "./federation/stackCheck.ts";
import { reachedAt } from "./reached.ts";

/**
 * @param fingerprint finds the deployed one; may fail
 * @param total milliseconds
 * @returns nothing where the gateway gets certificates of its own by ACME
 */
export async function presentedCertificate(
    { gateway }: Pick<StackCheck, "gateway">,
    fingerprint: () => Promise<string | undefined>,
    total: number,
): Promise<Step[]> {
    if (!gateway.declaredCertificate) return [];
    const skipped = (why: string): Step[] => [{ step: "deployed certificate", state: "skipped", found: `not compared: ${why}` }];
    const { address } = reachedAt(gateway.bind, engineHost());
    if (address === undefined) return skipped("this machine does not reach the gateway's port");
    const listener = { place: { address, port: gateway.port }, name: gateway.host, hostHeader: gateway.host };
    const [reached, deployed] = await Promise.allSettled([reach(listener, checkingOf({ total })), fingerprint()]);
    if (deployed.status === "rejected") return skipped(oneLine(deployed.reason));
    if (deployed.value === undefined) return skipped("the stack's outputs have no certificateFingerprint; the next `pulumi up` writes it");
    if (reached.status === "rejected") throw reached.reason;
    const { presented, steps } = reached.value;
    if (!presented) return skipped(steps.at(-1)?.found ?? "no certificate is presented");
    return [{ step: "deployed certificate", at: hostAndPort(address, gateway.port), ...judgeDeployed(presented.leaf, deployed.value) }];
}
