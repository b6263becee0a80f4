/** One address of a homeserver: the connection, its certificate, and the server API behind it. */
import type { TLSSocket } from "node:tls";
import { hostAndPort } from "../../../matrix/serverName.ts";
import { answerBytes, ask, findingOf, type JsonObject, objectIn } from "./answer.ts";
import { judgeCertificate, presentedBy } from "./certificate.ts";
import type { Checking } from "./checking.ts";
import { NoTls, NotConnected, openPlain, openTls } from "./connection.ts";
import { judgeKeys } from "./keys.ts";
import type { Place } from "./locate.ts";
import type { Finding, Step } from "./report.ts";
import type { Target } from "./resolve.ts";

/** Goes on as far as it gets, so that all faults are told at once. */
export async function checkEndpoint(serverName: string, target: Target, place: Place, checking: Checking): Promise<Step[]> {
    const at = hostAndPort(place.address, place.port);
    const { trust, patience, now } = checking;
    let socket: TLSSocket;
    const steps: Step[] = [];
    try {
        const plain = await openPlain(place, patience);
        steps.push({ step: "connection", at, state: "ok", found: "it accepts connections" });
        socket = await openTls(plain, target.certificateName, trust, patience);
    } catch (error) {
        if (error instanceof NotConnected) {
            const { message, advice, unable } = error;
            return [{ step: "connection", at, state: unable ? "skipped" : "fault", found: message, advice }];
        }
        if (error instanceof NoTls) return [...steps, { step: "TLS", at, state: "fault", found: error.message, advice: error.advice }];
        throw error;
    }
    steps.push({ step: "TLS", at, state: "ok", found: `${socket.getProtocol()?.replace("v", " ")}` });
    const presented = presentedBy(socket, trust);
    socket.destroy();
    const certificate: Finding = presented
        ? judgeCertificate(presented, target.certificateName, target.why, now)
        : { state: "fault", found: "it shows no certificate", advice: "give it one" };
    const [keys, version] = await Promise.all([
        answered("/_matrix/key/v2/server", target, place, checking, (answer) => judgeKeys(answer, serverName, now)),
        answered("/_matrix/federation/v1/version", target, place, checking, judgeVersion),
    ]);
    return [
        ...steps,
        { step: "certificate", at, ...certificate },
        { step: "server keys", at, ...keys },
        { step: "federation version", at, ...version },
    ];
}

async function answered(
    path: string,
    { certificateName, hostHeader }: Target,
    place: Place,
    { trust, patience }: Checking,
    judge: (answer: JsonObject) => Finding,
): Promise<Finding> {
    try {
        const socket = await openTls(await openPlain(place, patience), certificateName, trust, patience);
        return judge(objectIn(await ask(socket, hostHeader, path, answerBytes, patience), path));
    } catch (error) {
        if (error instanceof NotConnected || error instanceof NoTls) {
            return { state: "fault", found: `a further connection: ${error.message}`, advice: error.advice };
        }
        return findingOf(error);
    }
}

/** Source: https://spec.matrix.org/v1.16/server-server-api/#get_matrixfederationv1version */
function judgeVersion({ server }: JsonObject): Finding {
    const { name, version } = (typeof server === "object" && server !== null ? server : {}) as JsonObject;
    if (typeof name !== "string") {
        return {
            state: "warning",
            found: "the answer does not name a server",
            advice: "see what answers at /_matrix/federation/v1/version",
        };
    }
    return { state: "ok", found: `${name} ${typeof version === "string" ? version : "of an unknown version"}`.slice(0, 200) };
}
