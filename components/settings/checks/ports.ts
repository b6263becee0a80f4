/** Ports that two parts of the stack would publish on one address of the host. Pure. */
import { hostPorts } from "../../parts.ts";
import { overlap } from "../../publishedAddresses.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

/** One fault for each pair of settings. */
export function faultsInPorts(sections: Sections): Fault[] {
    const wanted = hostPorts(sections);
    const faults = new Map<string, Fault>();
    for (const [index, { setting, port, protocol, bind }] of wanted.entries()) {
        const first = wanted
            .slice(0, index)
            .find((other) => other.port === port && other.protocol === protocol && overlap(other.bind, bind));
        if (!first) continue;
        // One port on two addresses: those of bind and bindIpv6.
        const section = setting.split(".")[0];
        const twice = first.setting === setting && first.bind !== bind;
        const path = twice ? `${section}.bindIpv6` : setting;
        const pair = twice ? path : `${setting} ${first.setting}`;
        const message = twice
            ? `${bind} overlaps ${section}.bind, ${first.bind}; remove one of them`
            : `${port} is already ${first.setting}`;
        if ((twice || first.setting !== setting) && !faults.has(pair)) faults.set(pair, { path, message });
    }
    return [...faults.values()];
}
