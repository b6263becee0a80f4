/** What one section of the settings says about another. Pure. */
import { isIP } from "node:net";
import { overlapCidr } from "cidr-tools";
import { faultsInContent } from "./contentCheck.ts";
import { certificateHosts, faultsInDelegation } from "./delegation.ts";
import { faultInLocalpart } from "./matrixNames.ts";
import type { Fault } from "./parse.ts";
import { faultsInCertificate } from "./pem.ts";
import type { ParsedSettings } from "./schema.ts";

/**
 * @param sections the sections that are right in themselves
 * @param raw what was given: names declared in a faulty section count as declared
 */
export function faultsBetweenSections(sections: Partial<ParsedSettings>, raw: Record<string, unknown>): Fault[] {
    const { administrator = "admin", bots = {}, database, turn, gateway, homeserver } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const userNames = namesIn(raw.users);
    const botNames = namesIn(raw.bots);

    report("administrator", faultInLocalpart(administrator));
    if (administrator in bots) report("administrator", `${JSON.stringify(administrator)} is a bot; name a user`);
    const administratorAsGiven = (raw.users as Record<string, { admin?: unknown } | undefined> | undefined)?.[administrator];
    if (administratorAsGiven?.admin === false) report(`users.${administrator}.admin`, "must be true: this is the administrator");

    faults.push(...faultsInContent(sections, { users: userNames, bots: botNames }));

    if (database?.host && !database.adminPassword) {
        report("database.adminPassword", "is missing; run: pulumi config set --secret --path database.adminPassword");
    }
    if (turn && turn.port >= turn.relayPorts.min && turn.port <= turn.relayPorts.max)
        report("turn.relayPorts", `takes in turn.port ${turn.port}`);
    if (gateway && gateway.httpsPort === gateway.federationPort)
        report("gateway.federationPort", `${gateway.federationPort} is gateway.httpsPort as well`);
    for (const [path, port] of [
        ["gateway.httpsPort", gateway?.httpsPort],
        ["gateway.federationPort", gateway?.federationPort],
    ] as const) {
        if (homeserver && port === homeserver.port) report(path, `${port} is homeserver.port as well`);
    }
    const { serverName, federation } = sections;
    if (serverName && gateway && federation) {
        faults.push(...faultsInDelegation({ serverName, gateway, federation }));
        faults.push(...faultsInTls({ serverName, gateway, federation }));
    }
    if (federation) faults.push(...faultsInPeers(federation));
    return faults;
}

/** Where the gateway's certificate comes from, and whether one that is given is good. */
function faultsInTls(sections: Pick<ParsedSettings, "serverName" | "gateway" | "federation">): Fault[] {
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

function faultsInPeers({ enabled, allow, privatePeers }: ParsedSettings["federation"]): Fault[] {
    const faults: Fault[] = [];
    if (!enabled && allow.length > 0)
        faults.push({ path: "federation.allow", message: "names servers, while federation.enabled is false" });
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

function namesIn(section: unknown): string[] {
    return typeof section === "object" && section !== null && !Array.isArray(section) ? Object.keys(section) : [];
}
