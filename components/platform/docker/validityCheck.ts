/** Certificates of the settings that are out of their time: warned of where they are served already, refused where they would be put in. */
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { factsOf } from "../../../matrix/certificates.ts";
import { certificateFiles, printCertificates } from "../../certificate/files.ts";
import { type Installed, judgeValidity, untimely } from "../../certificate/validity.ts";
import type { Settings } from "../../settings/index.ts";
import { stackPrefix } from "./labels.ts";

/** @throws RunError with one line for every certificate that this change would install out of its time */
export async function checkValidity({ gateway, federation }: Pick<Settings, "gateway" | "federation">): Promise<void> {
    const found = untimely({ gateway, federation }, Date.now());
    if (found.length === 0) return;
    const asked = found.some(({ served }) => served !== undefined);
    const { faults, warnings } = judgeValidity(found, asked ? await installed() : "unknown", pulumi.runtime.isDryRun());
    for (const line of warnings) await pulumi.log.warn(line);
    if (faults.length === 0) return;
    throw new pulumi.RunError(
        ["This change would install a certificate that is not valid now; nothing was changed.", ...faults].join("\n  "),
    );
}

async function installed(): Promise<Installed> {
    const gateway = `${stackPrefix(pulumi.getProject(), pulumi.getStack())}-gateway`;
    const asked = await execa("docker", ["exec", gateway, ...printCertificates(certificateFiles.served)], {
        timeout: 10_000,
        reject: false,
    });
    if (asked.exitCode === 0) return asked.stdout.includes("BEGIN CERTIFICATE") ? factsOf(asked.stdout).fingerprint : "none";
    // One that is there and does not run keeps what it has, and an engine that does not answer says nothing of it.
    return /no such (container|file)/i.test(asked.stderr) ? "none" : "unknown";
}
