/** A TCP connection and TLS over it, and what it means where either fails. */

import { X509Certificate } from "node:crypto";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from "node:tls";
import type { Place } from "./locate.ts";
import { type Patience, TooSlow } from "./patience.ts";

/** Which authorities are trusted. */
export interface Trust {
    context: SecureContext;
    /** Fingerprints of what is trusted here only. */
    given: ReadonlySet<string>;
}

/**
 * Mozilla's authorities, which other servers' systems trust as well, and those given.
 * @param authorities PEM, of authorities or of single certificates
 */
export function trustOf(authorities: readonly string[]): Trust {
    const certificates = authorities.flatMap((pem) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []);
    return {
        context: createSecureContext({ ca: [...rootCertificates, ...certificates], minVersion: "TLSv1.2", allowPartialTrustChain: true }),
        given: new Set(certificates.map((pem) => new X509Certificate(pem).fingerprint256)),
    };
}

/** Why there is no connection. */
export class NotConnected extends Error {
    override name = "NotConnected";
    constructor(
        message: string,
        readonly advice: string,
        /** Nobody listens there, as opposed to somebody who does not answer well. */
        readonly absent: boolean,
        /** This machine has no such network, which says nothing about the server. */
        readonly unable = false,
    ) {
        super(message);
    }
}

/** @throws NotConnected */
export async function openPlain({ address, port }: Place, patience: Patience): Promise<Socket> {
    try {
        return await patience.within((signal) => {
            const socket = connectPlain({ host: address, port, signal });
            return settled(socket, "connect");
        });
    } catch (error) {
        if (error instanceof TooSlow) {
            throw new NotConnected(error.message, "let TCP connections to this port through the firewall", false);
        }
        const { code = "", message } = error as NodeJS.ErrnoException;
        if (code === "ECONNREFUSED") {
            throw new NotConnected("the connection is refused", "start what should listen there, or forward the port to it", true);
        }
        const away = ["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EHOSTUNREACH"].includes(code);
        if (away && isIP(address) === 6)
            throw new NotConnected("this machine has no way to IPv6 addresses", "check it from another", false, true);
        throw new NotConnected(`no connection: ${code || message}`, "see whether the address is right, and routed", false);
    }
}

/** Why there is no TLS. */
export class NoTls extends Error {
    override name = "NoTls";
    constructor(
        message: string,
        readonly advice: string,
        /** The server speaks TLS and has no certificate for the name, as a gateway does that is still waiting for one. */
        readonly noCertificate = false,
    ) {
        super(message);
    }
}

/**
 * Whatever the certificate is: judging it is another matter.
 * @param name host name, or an address, for which TLS sends no name
 * @throws NoTls
 */
export async function openTls(socket: Socket, name: string, { context }: Trust, patience: Patience): Promise<TLSSocket> {
    try {
        return await patience.within((signal) => {
            signal.addEventListener("abort", () => socket.destroy());
            const secure = connectTls({
                socket,
                secureContext: context,
                rejectUnauthorized: false,
                checkServerIdentity: () => undefined,
                ALPNProtocols: ["http/1.1"],
                ...(!isIP(name) && { servername: name }),
            });
            return settled(secure, "secureConnect");
        });
    } catch (error) {
        socket.destroy();
        throw explained(error as NodeJS.ErrnoException, name);
    }
}

function settled<T extends Socket>(socket: T, event: string): Promise<T> {
    return new Promise((resolve, reject) => {
        // It stays: what comes later belongs to the request that is under way, if any, and must not end the process.
        socket.on("error", reject);
        socket.once(event, () => resolve(socket));
    });
}

/** Source of the words: OpenSSL's ssl/ssl_err.c and the names of the alerts in RFC 8446, section 6. */
function explained(error: NodeJS.ErrnoException, name: string): NoTls {
    const { message, code } = error;
    if (error instanceof TooSlow) return new NoTls(`the TLS handshake: ${message}`, "see what listens there, and whether it speaks TLS");
    if (/wrong version number|packet length too long|http request/i.test(message)) {
        return new NoTls("what answers does not speak TLS (plain HTTP, it seems)", "serve HTTPS on this port");
    }
    if (/protocol version|unsupported protocol|version too low/i.test(message)) {
        return new NoTls("it speaks no TLS 1.2 or newer, which Matrix needs", "switch TLS 1.2 and 1.3 on");
    }
    if (/unrecognized name|internal error/i.test(message)) {
        return new NoTls(`it has no certificate for ${name}`, `give what listens there a certificate for ${name}`, true);
    }
    if (/handshake failure|bad signature|decrypt error/i.test(message)) {
        return new NoTls(
            "the TLS handshake fails: there is no certificate that its key fits, or no cipher in common",
            "give it the key that belongs to its certificate, and modern ciphers",
        );
    }
    if (code === "ECONNRESET" || /disconnected before secure/i.test(message)) {
        return new NoTls("it ends the connection in the TLS handshake", "see its log; a proxy in front may have no way to the server");
    }
    return new NoTls(`the TLS handshake fails: ${message.replace(/^.*?:error:[^:]*:/, "").replaceAll("\n", " ")}`, "see its log");
}
