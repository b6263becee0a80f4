/** One address of a homeserver: the connection, its certificate, and the server API behind it. */
import { hostAndPort } from "../../../matrix/serverName.ts";
import { type Answer, type JsonObject, objectIn } from "./answer.ts";
import { judgeCertificate } from "./certificate.ts";
import type { Checking } from "./checking.ts";
import { judgeKeys, keysPath } from "./keys.ts";
import { type Listener, question, reach } from "./listener.ts";
import type { Place } from "./locate.ts";
import type { Finding, Step } from "./report.ts";
import type { Target } from "./resolve.ts";

/** Goes on as far as it gets, so that all faults are told at once. */
export async function checkEndpoint(serverName: string, target: Target, place: Place, checking: Checking): Promise<Step[]> {
    const at = hostAndPort(place.address, place.port);
    const listener: Listener = { place, name: target.certificateName, hostHeader: target.hostHeader };
    const { steps, presented, open } = await reach(listener, checking);
    if (!open) return steps;
    const certificate: Finding = presented
        ? judgeCertificate(presented, target.certificateName, target.why, checking.now)
        : { state: "fault", found: "it shows no certificate", advice: "give it one" };
    const [keys, version] = await Promise.all([
        question(listener, keysPath, checking, (answer) => judgeKeys(objectIn(answer, keysPath), serverName, checking.now)),
        question(listener, versionPath, checking, judgeVersion),
    ]);
    return [
        ...steps,
        { step: "certificate", at, ...certificate },
        { step: "server keys", at, ...keys },
        { step: "federation version", at, ...version },
    ];
}

const versionPath = "/_matrix/federation/v1/version";

/** Source: https://spec.matrix.org/v1.16/server-server-api/#get_matrixfederationv1version */
function judgeVersion(answer: Answer): Finding {
    const { server } = objectIn(answer, versionPath);
    const { name, version } = (typeof server === "object" && server !== null ? server : {}) as JsonObject;
    if (typeof name !== "string") {
        return { state: "warning", found: "the answer does not name a server", advice: `see what answers at ${versionPath}` };
    }
    return { state: "ok", found: `${name} ${typeof version === "string" ? version : "of an unknown version"}`.slice(0, 200) };
}
