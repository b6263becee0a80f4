/** One place that speaks TLS: the connection, the certificate that it presents, and its answers. */
import type { TLSSocket } from "node:tls";
import { hostAndPort } from "../../../matrix/serverName.ts";
import { type Answer, answerBytes, ask, findingOf, type Sent } from "./answer.ts";
import { type Presented, presentedBy } from "./certificate.ts";
import type { Checking } from "./checking.ts";
import { NoTls, NotConnected, openPlain, openTls } from "./connection.ts";
import type { Place } from "./locate.ts";
import type { Finding, Step } from "./report.ts";

export interface Listener {
    place: Place;
    /** The name that TLS asks for: a host name, or an address, for which TLS sends no name. */
    name: string;
    /** For the header Host. */
    hostHeader: string;
}

export interface Reached {
    /** Connection and TLS. */
    steps: Step[];
    /** The certificate, where TLS works. */
    presented?: Presented;
    /** Whether TLS works, so that questions make sense. */
    open: boolean;
    /** TLS fails because there is no certificate for the name. */
    noCertificate?: boolean;
}

/** Whatever the certificate is: judging it is another matter. */
export async function reach({ place, name }: Listener, { trust, patience }: Checking): Promise<Reached> {
    const at = hostAndPort(place.address, place.port);
    const steps: Step[] = [];
    let socket: TLSSocket;
    try {
        const plain = await openPlain(place, patience);
        steps.push({ step: "connection", at, state: "ok", found: "it accepts connections" });
        socket = await openTls(plain, name, trust, patience);
    } catch (error) {
        if (error instanceof NotConnected) {
            const { message, advice, unable } = error;
            return { steps: [{ step: "connection", at, state: unable ? "skipped" : "fault", found: message, advice }], open: false };
        }
        if (!(error instanceof NoTls)) throw error;
        const { message, advice, noCertificate } = error;
        return { steps: [...steps, { step: "TLS", at, state: "fault", found: message, advice }], open: false, noCertificate };
    }
    steps.push({ step: "TLS", at, state: "ok", found: `${socket.getProtocol()?.replace("v", " ")}` });
    const presented = presentedBy(socket, trust);
    socket.destroy();
    return { steps, ...(presented && { presented }), open: true };
}

/** Asks over a connection of its own. */
export async function question(
    { place, name, hostHeader }: Listener,
    path: string,
    { trust, patience }: Checking,
    judge: (answer: Answer) => Finding,
    sent?: Sent,
): Promise<Finding> {
    try {
        const socket = await openTls(await openPlain(place, patience), name, trust, patience);
        return judge(await ask(socket, hostHeader, path, answerBytes, patience, sent));
    } catch (error) {
        if (error instanceof NotConnected || error instanceof NoTls) {
            return { state: "fault", found: `a further connection: ${error.message}`, advice: error.advice };
        }
        return findingOf(error);
    }
}
