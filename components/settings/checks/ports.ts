/** Ports that two parts of the stack would publish on one address of the host. Pure. */
import { hostPorts, overlap } from "../../parts.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

/** One fault for each pair of settings. */
export function faultsInPorts(sections: Sections): Fault[] {
    const wanted = hostPorts(sections);
    const faults = new Map<string, Fault>();
    for (const [index, { setting, port, protocol, bind }] of wanted.entries()) {
        const first = wanted
            .slice(0, index)
            .find((other) => other.setting !== setting && other.port === port && other.protocol === protocol && overlap(other.bind, bind));
        const pair = `${setting} ${first?.setting}`;
        if (first && !faults.has(pair)) faults.set(pair, { path: setting, message: `${port} is already ${first.setting}` });
    }
    return [...faults.values()];
}
