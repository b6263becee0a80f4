/** A certificate authority of the tests, with an intermediate one, by the openssl command. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
    /** PEM: the certificate, then those above it that a server sends. */
    cert: string;
    /** PEM. */
    key: string;
}

export interface Wanted {
    names: string[];
    /** Days from now. */
    from?: number;
    until?: number;
    by?: "root" | "intermediate" | "itself";
    /** Whether the intermediate certificate is sent as well. */
    fullChain?: boolean;
}

const config = `
[ca]
default_ca = own
[own]
database = index.txt
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
new_certs_dir = .
[any]
commonName = supplied
[req]
distinguished_name = dn
[dn]
`;

export class Authority {
    readonly #directory = mkdtempSync(join(tmpdir(), "authority-"));
    /** PEM of the root. */
    readonly root: string;
    readonly #intermediate: string;

    constructor() {
        writeFileSync(join(this.#directory, "own.cnf"), config);
        writeFileSync(join(this.#directory, "index.txt"), "");
        for (const name of ["root", "intermediate", "server"]) this.#makeKey(name);
        const extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash";
        this.root = this.#sign("root", "root", "Test Root", extensions, -100, 100, true);
        this.#intermediate = this.#sign("intermediate", "root", "Test Intermediate", extensions, -100, 100);
    }

    issue({ names, from = -1, until = 90, by = "intermediate", fullChain = true }: Wanted): Certificate {
        const alternatives = names.map((name) => `${/^[\d.]+$|:/.test(name) ? "IP" : "DNS"}:${name}`).join(",");
        const extensions = `basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth${alternatives && `\nsubjectAltName=${alternatives}`}`;
        const itself = by === "itself";
        const cert = this.#sign("server", itself ? "server" : by, names[0] ?? "example.test", extensions, from, until, itself);
        const above = by === "intermediate" && fullChain ? this.#intermediate : "";
        return { cert: cert + above, key: readFileSync(join(this.#directory, "server.key"), "utf8") };
    }

    remove(): void {
        rmSync(this.#directory, { recursive: true });
    }

    #makeKey(name: string): void {
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        writeFileSync(join(this.#directory, `${name}.key`), privateKey.export({ type: "pkcs8", format: "pem" }));
        this.#openssl("req", "-new", "-config", "own.cnf", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    }

    #sign(subject: string, issuer: string, commonName: string, extensions: string, from: number, until: number, itself = false): string {
        writeFileSync(join(this.#directory, "extensions"), extensions);
        const time = (days: number) => `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "")}`;
        const by = itself ? ["-selfsign"] : ["-cert", `${issuer}.pem`];
        const dates = ["-startdate", time(from), "-enddate", time(until)];
        const files = ["-in", `${subject}.csr`, "-out", `${subject}.pem`, "-keyfile", `${issuer}.key`, "-extfile", "extensions"];
        this.#openssl("ca", "-batch", "-notext", "-config", "own.cnf", ...by, ...files, ...dates, "-subj", `/CN=${commonName}`);
        return readFileSync(join(this.#directory, `${subject}.pem`), "utf8");
    }

    #openssl(...parameters: string[]): void {
        execFileSync("openssl", parameters, { cwd: this.#directory, stdio: "pipe" });
    }
}
