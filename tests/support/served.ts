/** What a gateway serves over TLS, seen again and again from outside. */
import { connect, type PeerCertificate, type SecureVersion } from "node:tls";

export interface Served {
    /** SHA-256 in hex digits without colons. */
    fingerprint: string;
    issuer: string;
    names: string[];
    expires: Date;
    /** Why it is not trusted by `authority`; absent if it is. */
    untrusted?: string;
}

/** @throws if no TLS connection comes about within 5 s */
export function served(port: number, host: string, authority: string, maxVersion: SecureVersion = "TLSv1.3"): Promise<Served> {
    return new Promise((resolve, reject) => {
        const options = { port, host: "127.0.0.1", servername: host, ca: authority, rejectUnauthorized: false, maxVersion };
        const socket = connect(options, () => {
            const { fingerprint256, issuer, subjectaltname = "", valid_to }: PeerCertificate = socket.getPeerCertificate();
            const names = subjectaltname.split(", ").map((name) => name.replace(/^DNS:|^IP Address:/, ""));
            const untrusted = socket.authorized ? undefined : String(socket.authorizationError);
            socket.end();
            const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
            resolve({ fingerprint, issuer: String(issuer.CN), names, expires: new Date(valid_to), ...(untrusted && { untrusted }) });
        });
        socket.setTimeout(5000, () => socket.destroy(new Error("no TLS connection within 5 s")));
        socket.once("error", reject);
    });
}

/** Asks over new connections all the time, but no longer than told; the result is how many were answered, and how others failed. */
export function watch(
    port: number,
    host: string,
    mostMilliseconds = 120_000,
): { stop(): Promise<{ answered: number; failures: string[] }> } {
    let running = true;
    const end = Date.now() + mostMilliseconds;
    const watching = (async () => {
        const failures: string[] = [];
        let answered = 0;
        while (running && Date.now() < end) {
            await served(port, host, "").then(
                () => answered++,
                (error: Error) => failures.push(error.message),
            );
        }
        return { answered, failures };
    })();
    return {
        stop() {
            running = false;
            return watching;
        },
    };
}
