/** Checks whether other servers and clients reach a server, as the public federation tester does. */
import { isIP } from "node:net";
import { z } from "zod";
import { named } from "../../../../components/settings/schema/valueTypes.ts";
import { faultInServerName } from "../../../../matrix/serverName.ts";
import { checkFederation } from "../../../checks/federation/check.ts";
import { notChecked, reportOf, reportText, summaryOf } from "../../../checks/federation/report.ts";
import { stackCheck } from "../../../checks/federation/stackCheck.ts";
import { stackAction } from "./action.ts";

const place = (isHost: (host: string) => boolean, message: string) =>
    z.string().refine(
        (text) => {
            const [, bracketed, bare = "", port] = /^(?:\[(.+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
            return isHost(bracketed ?? bare) && Number(port) >= 1 && Number(port) <= 65535;
        },
        { error: message },
    );

const options = z.strictObject({
    serverName: named(faultInServerName).optional(),
    connectTo: z
        .record(
            place((host) => host !== "", 'is not a host and a port, such as "example.org:443"'),
            place((host) => isIP(host) > 0, 'is not an address and a port, such as "127.0.0.1:8443" or "[::1]:8443"'),
        )
        .optional(),
});

export const federationCheck = stackAction(
    'what other servers and clients meet: {"serverName": "example.org", "connectTo": {"example.org:443": "127.0.0.1:8443"}}, both optional',
    options,
    async ({ name, outputs, settings }, { serverName = name, connectTo }) => {
        const own = serverName === name ? stackCheck(settings) : undefined;
        const checked = await checkFederation(serverName, {
            federation: own?.federation ?? true,
            connectTo: connectTo ?? own?.connectTo ?? {},
            authorities: [
                ...(own?.authorities ?? []),
                ...(outputs.certificateAuthority === undefined ? [] : [outputs.certificateAuthority]),
            ],
        });
        // Without them, it was looked for as a stranger would.
        const report = own || serverName !== name ? checked : reportOf(serverName, [notChecked, ...checked.steps]);
        const failure = report.state === "fault" ? `the federation of ${serverName} has faults: ${summaryOf(report)}` : undefined;
        return { line: reportText(report), result: { ...report }, ...(failure !== undefined && { failure }) };
    },
);
