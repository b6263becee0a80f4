/** Notices that somebody replaced the certificate in the running gateway: the state says what was put there, and nothing looks again. */
import { certificateFiles, printCertificates } from "../../components/certificate/files.ts";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { factsOf } from "../../matrix/certificates.ts";
import { project } from "../project/checkout.ts";
import { docker } from "../stack/docker.ts";

interface Resource {
    type: string;
    urn: string;
    inputs?: { environment?: { CERTIFICATE_FINGERPRINT?: string } };
}

/** @returns the URN of the command that installs it, which is to run again; undefined where the certificate is the one it put there */
export async function replacedByHand(resources: Resource[], stack: string): Promise<string | undefined> {
    const installed = resources.find(({ inputs }) => inputs?.environment?.CERTIFICATE_FINGERPRINT !== undefined);
    if (!installed) return undefined;
    const gateway = `${stackPrefix(project, stack)}-gateway`;
    // A gateway that does not run gets its certificate when it does.
    const pem = await docker(["exec", gateway, ...printCertificates(certificateFiles.served)], 10).catch(noFileIsNone);
    if (pem === undefined) return undefined;
    const found = pem.includes("BEGIN CERTIFICATE") ? factsOf(pem).fingerprint : "none";
    return found === installed.inputs?.environment?.CERTIFICATE_FINGERPRINT ? undefined : installed.urn;
}

function noFileIsNone(error: Error): string | undefined {
    return error.message.includes("No such file") ? "" : undefined;
}
