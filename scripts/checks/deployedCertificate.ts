/** Whether a gateway presents the certificate that was deployed. Pure. */
import type { X509Certificate } from "node:crypto";
import { factsOf } from "../../matrix/certificates.ts";
import type { Finding } from "./federation/report.ts";

/** @param fingerprint of the certificate that was deployed, as `factsOf` has it */
export function judgeDeployed(presented: X509Certificate, fingerprint: string): Finding {
    const facts = factsOf(presented.toString());
    if (facts.fingerprint === fingerprint) return { state: "ok", found: `it is the one that was deployed, ${fingerprint}` };
    return {
        state: "fault",
        found: `another certificate is presented than was deployed: ${facts.fingerprint} (by ${facts.issuer}, for ${facts.names.join(", ")}), not ${fingerprint}`,
        advice: "find out who replaced it; `make up` puts the deployed one back",
    };
}
