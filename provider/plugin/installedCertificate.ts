/** A certificate in a running container: put there by `docker exec`, so that a new one costs no restart. */
import { ExecaError, execa } from "execa";
import { printCertificates } from "../../components/certificate/files.ts";
import { factsOf } from "../../matrix/certificates.ts";
import type { Kind } from "./kind.ts";

export interface InstalledCertificateInputs {
    /** ID of the container. */
    container: string;
    /** Path of the file in it: the chain and its key. */
    path: string;
    /** What it says of itself; the server's own where it serves another. See CertificateFacts. */
    names: string[];
    issuer: string;
    expires: string;
    fingerprint: string;
    /** The chain and its key. Secret. */
    pem: string;
    /** What makes the program in the container read it. */
    reload: string[];
}

export const installedCertificate: Kind<InstalledCertificateInputs, object> = {
    apart: true,
    computed: [],
    echoed: [],
    secret: ["pem"],
    identity: [],

    async create(_session, inputs) {
        await install(inputs);
        return { id: inputs.path, outputs: {} };
    },

    async read(_session, _id, inputs) {
        const { container, path } = inputs;
        const text = await inContainer(container, printCertificates(path)).catch(notThere);
        if (text === undefined) return { inputs, outputs: {} };
        return { inputs: { ...inputs, ...(text.includes("BEGIN") ? factsOf(text) : { fingerprint: "none" }) }, outputs: {} };
    },

    async update(_session, _id, inputs) {
        await install(inputs);
        return {};
    },

    // The volume goes by itself, or keeps the certificate for who comes after.
    async delete() {},
};

async function install({ container, path, pem, reload }: InstalledCertificateInputs): Promise<void> {
    const folder = path.slice(0, path.lastIndexOf("/"));
    // Renamed, so that nobody reads half of it.
    const write = 'umask 077 && mkdir -p "$1" && cat > "$2.new" && mv "$2.new" "$2"';
    await inContainer(container, ["sh", "-c", write, "sh", folder, path], pem);
    await inContainer(container, reload);
}

async function inContainer(container: string, command: string[], input?: string): Promise<string> {
    const options = { timeout: 20_000, ...(input !== undefined && { input }) };
    try {
        return (await execa("docker", ["exec", ...(input === undefined ? [] : ["--interactive"]), container, ...command], options)).stdout;
    } catch (error) {
        if (!(error instanceof ExecaError)) throw error;
        const said =
            String(error.stderr ?? "")
                .trim()
                .split("\n")
                .at(-1) || error.shortMessage;
        throw new Error(`the certificate could not be put into the container ${container.slice(0, 12)}: ${said}`);
    }
}

/** @returns an empty text if there is no such file; undefined where nobody can look, which is no drift */
function notThere(error: Error): string | undefined {
    return error.message.includes("No such file") ? "" : undefined;
}
