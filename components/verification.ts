/** Whether the stack serves what was deployed: asked from outside, after a change and only then. */
import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Certificate } from "./certificate/certificate.ts";
import type { WellKnown } from "./gateway/wellKnown.ts";
import type { Running } from "./platform/platform.ts";
import type { Settings } from "./settings/index.ts";

export interface VerificationArgs {
    /** Names, addresses and ports. */
    settings: {
        serverName: string;
        gateway: Pick<Settings["gateway"], "hosts" | "bind" | "httpsPort" | "federationPort" | "wellKnown">;
        federation: Pick<Settings["federation"], "enabled">;
        turn: Pick<Settings["turn"], "host" | "own" | "enabled" | "bind" | "port" | "tlsPort" | "relayPorts">;
    };
    /** Certificate that the gateway must present, and authorities trusted besides the system's. */
    certificate: Pick<Certificate, "fingerprint" | "known">;
    /** Declared content of the well-known files. */
    wellKnown: WellKnown;
    /** Account that is signed in and out again. The password is secret. */
    administrator: { userId: string; password: pulumi.Output<string> };
    /** Signs credentials for the relay if the homeserver gave none (Synapse: turn_shared_secret). Secret. */
    turnSharedSecret: pulumi.Output<string>;
    /** Running workloads. The verification runs again when one of them is replaced, as when anything above changes. */
    running: Running[];
}

/**
 * Fails the update, with one line for each fault, where the stack does not serve:
 *
 * - the client API at the gateway, over TLS by the certificate that was deployed;
 * - the well-known files, exactly as declared;
 * - the server's signed keys, where federation is on;
 * - the administrator's sign-in, with one attempt and without a session that stays;
 * - a relay that relays, with credentials that the homeserver gives to its users; of a TURN service elsewhere only that they are given.
 *
 * It waits half a minute at most for what is still starting. What cannot be judged is a warning: a certificate that ACME has yet to
 * issue, a sign-in that the homeserver's limits forbid at the moment, a relay with no port left, a port that is published on another
 * machine. A preview and a destruction run nothing, nor does an update without a change. After a failed update the next one
 * verifies again.
 *
 * @example
 * new Verification(
 *     "verification",
 *     {
 *         settings,
 *         certificate,
 *         wellKnown: gateway.wellKnown,
 *         administrator: content.administrator,
 *         turnSharedSecret: secrets.turnSharedSecret,
 *         running: [...homeserver.processes, relay.running, gateway.running],
 *     },
 *     { dependsOn: [gateway] },
 * );
 */
export class Verification extends pulumi.ComponentResource {
    constructor(name: string, args: VerificationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Verification", name, {}, opts);
        const run = new command.local.Command(
            name,
            {
                // From the project's folder, which is where Pulumi starts its plugins.
                create: "node scripts/project/start.js scripts/verify/main.ts",
                stdin: pulumi.secret(pulumi.jsonStringify(deployedBy(args))),
                // A change of triggers would replace the command, and show as a replacement in the preview.
                environment: { MATRIX_DEPLOYED_REVISION: pulumi.all(args.running.map(({ revision }) => revision)).apply(digest) },
                addPreviousOutputInEnv: false,
                logging: "none",
            },
            { parent: this, dependsOn: opts?.dependsOn, additionalSecretOutputs: ["stdout", "stderr"] },
        );
        const began = Date.now() - performance.now();
        run.stdout.apply(async (stdout) => {
            const { at, warnings } = outcomeIn(stdout);
            // What an earlier update found was said then, and may be over.
            if (at < began) return;
            for (const warning of warnings) await pulumi.log.warn(warning, this);
        });
        this.registerOutputs({});
    }
}

/** As scripts/verify/deployed.ts reads it. Listed one by one: the settings have secrets that a verification has no use for. */
function deployedBy({ settings, certificate, wellKnown, administrator, turnSharedSecret }: VerificationArgs) {
    const { serverName, gateway, federation, turn } = settings;
    const { userId, password } = administrator;
    return {
        serverName,
        gateway: {
            hosts: gateway.hosts,
            bind: gateway.bind,
            httpsPort: gateway.httpsPort,
            federationPort: federation.enabled ? gateway.federationPort : undefined,
            wellKnown: gateway.wellKnown ? wellKnown : undefined,
        },
        authorities: certificate.known,
        certificateFingerprint: certificate.fingerprint,
        administrator: { userId, password },
        offersRelay: turn.enabled,
        relay: turn.own
            ? {
                  host: turn.host,
                  bind: turn.bind,
                  port: turn.port,
                  tlsPort: turn.tlsPort,
                  relayPorts: { min: turn.relayPorts.min, max: turn.relayPorts.max },
                  secret: turnSharedSecret,
              }
            : undefined,
    };
}

function digest(revisions: string[]): string {
    return createHash("sha256").update(JSON.stringify(revisions)).digest("hex");
}

interface Outcome {
    /** When it ended, in milliseconds since 1970. */
    at: number;
    warnings: string[];
}

/** @param stdout of scripts/verify/main.ts; absent in tests that run nothing */
function outcomeIn(stdout: string | undefined): Outcome {
    return stdout ? JSON.parse(stdout) : { at: 0, warnings: [] };
}
