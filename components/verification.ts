/** Whether the stack serves what was deployed: asked from outside, after a change and only then. */
import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { WellKnown } from "./gateway/wellKnown.ts";

export interface VerificationArgs {
    /** The part of user IDs after the colon. */
    serverName: string;
    gateway: {
        /** Host names of its certificate; the first is its own. */
        hosts: string[];
        /** Address of the Docker host that it is published on. */
        bind: string;
        /** Port of the client API and the well-known files. */
        httpsPort: number;
        /** Port of the server-server API; absent where federation is off. */
        federationPort: number | undefined;
        /** The files that it serves; absent where another web server does. */
        wellKnown: WellKnown | undefined;
    };
    /** PEM of authorities that its certificate may be from, besides the system's. */
    authorities: pulumi.Input<string>[];
    /** Of its certificate, as `factsOf` has it; absent where the gateway gets its own by ACME. */
    certificateFingerprint: pulumi.Input<string> | undefined;
    /** Who is signed in, and out again. The password is a secret. */
    administrator: { userId: string; password: pulumi.Input<string> };
    relay: {
        /** Host name that its certificate is for. */
        host: string;
        /** Address of the Docker host that it is published on. */
        bind: string;
        /** Port of TURN over UDP and TCP. */
        port: number;
        /** Port of TURN over TLS. */
        tlsPort: number;
        /** UDP ports for relayed media, both included. */
        relayPorts: { min: number; max: number };
        /** Shared with the homeserver (Synapse: turn_shared_secret). A secret. */
        secret: pulumi.Input<string>;
    };
    /**
     * One text for everything else that was deployed, another one after each change: what runs (its containers' IDs), and what was
     * installed into it. A change of any of them makes the verification run again, as does a change of what stands above.
     */
    revisions: pulumi.Input<string>[];
}

/**
 * Fails the update, with one line for each fault, where the stack does not serve:
 *
 * - the client API at the gateway, over TLS by the certificate that was deployed;
 * - the well-known files, exactly as declared;
 * - the server's signed keys, where federation is on;
 * - the administrator's sign-in, with one attempt and without a session that stays;
 * - a relay that relays, with credentials that the homeserver gives to its users.
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
 *         serverName: "example.org",
 *         gateway: { hosts: ["example.org"], bind: "0.0.0.0", httpsPort: 443, federationPort: 8448, wellKnown: gateway.wellKnown },
 *         authorities: [],
 *         certificateFingerprint: certificate.fingerprint,
 *         administrator: content.administrator,
 *         relay: { host: "example.org", bind: "0.0.0.0", port: 3478, tlsPort: 5349, relayPorts, secret: secrets.turnSharedSecret },
 *         revisions: [homeserver, relay, gateway].map(({ running }) => running.revision),
 *     },
 *     { dependsOn: [gateway, content] },
 * );
 */
export class Verification extends pulumi.ComponentResource {
    constructor(name: string, args: VerificationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Verification", name, {}, opts);
        const { revisions, ...deployed } = args;
        const run = new command.local.Command(
            name,
            {
                // From the project's folder, which is where Pulumi starts its plugins.
                create: "node --import tsx scripts/verify/main.ts",
                stdin: pulumi.secret(pulumi.jsonStringify(deployed)),
                // A change of triggers would replace the command, and show as a replacement in the preview.
                environment: { MATRIX_DEPLOYED_REVISION: pulumi.all(revisions).apply(digest) },
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
