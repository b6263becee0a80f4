/** How the server is found and proves itself to others, and whom it talks to: what of it cannot be. Pure. */
import { isIP } from "node:net";
import { overlapCidr } from "cidr-tools";
import { faultsInCertificate } from "../../../matrix/certificates.ts";
import { certificateHosts, faultsInDelegation } from "../delegation.ts";
import type { Fault } from "../parse.ts";
import type { ParsedSettings } from "../schema/schema.ts";

type Sections = Pick<ParsedSettings, "serverName" | "gateway" | "federation">;

export function faultsInFederation(sections: Sections): Fault[] {
    return [...faultsInDelegation(sections), ...faultsInTls(sections), ...faultsInPeers(sections.federation)];
}

/** Where the gateway's certificate comes from, and whether one that is given is good. */
function faultsInTls(sections: Sections): Fault[] {
    const { gateway, federation } = sections;
    const sources = (["acme", "certificate", "authority"] as const).filter((key) => gateway[key] !== undefined);
    if (sources.length > 1)
        return [{ path: `gateway.${sources[1]}`, message: `stands beside gateway.${sources[0]}; a certificate comes from one of them` }];
    const hosts = certificateHosts(sections);
    if (gateway.acme) {
        const local = hosts.find((host) => isIP(host) || !host.includes("."));
        return local === undefined
            ? []
            : [{ path: "gateway.acme", message: `cannot get a certificate for ${local}, which is no name of the public DNS` }];
    }
    const purpose = { hosts, authorities: federation.authorities, now: new Date() };
    return gateway.certificate
        ? faultsInCertificate(gateway.certificate, purpose).map(({ property, message }) => ({
              path: `gateway.certificate.${property}`,
              message,
          }))
        : [];
}

function faultsInPeers({ enabled, allow, keyServers, privatePeers }: ParsedSettings["federation"]): Fault[] {
    const faults: Fault[] = [];
    if (!enabled && allow.length > 0)
        faults.push({ path: "federation.allow", message: "names servers, while federation.enabled is false" });
    for (const [index, server] of keyServers.entries()) {
        // Synapse would not ask it, and say so in its log alone.
        if (allow.length > 0 && !allow.includes(server))
            faults.push({
                path: `federation.keyServers.${index}`,
                message: `${server} is not on federation.allow, so it would not be asked; add it there`,
            });
    }
    for (const [index, range] of privatePeers.entries()) {
        // Through these a foreign server name would lead to this machine itself, or to a cloud's metadata.
        const own = ["127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"].find((local) => overlapCidr(local, range));
        if (own)
            faults.push({
                path: `federation.privatePeers.${index}`,
                message: `${range} takes in ${own}, the machine itself; name the peers' own range`,
            });
    }
    return faults;
}
