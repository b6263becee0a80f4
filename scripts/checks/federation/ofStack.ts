/** What `status --verbose` tells of federation, asked from outside the containers. */
import { certificateFiles, printCertificates } from "../../../components/certificate/files.ts";
import { settingsFile, stackOutputs } from "../../project/stacks.ts";
import type { Component } from "../../stack/components.ts";
import { docker } from "../../stack/docker.ts";
import { notChecked, type Report, reportOf } from "./report.ts";

const mostMilliseconds = 6000;
/** Of the process's life: the command ends within 9 s. */
const latestEnd = 8500;
/** `pulumi stack output` starts no program and takes a fraction of a second. */
const outputsSeconds = 4;

/** @returns nothing of a stack of which nothing runs */
export async function federationOf(stack: string, found: readonly Component[]): Promise<Report | undefined> {
    if (!found.some(({ inspected }) => inspected.State.Running)) return undefined;
    // Loaded here: the rest of `status` needs none of it, and starts faster without.
    const [{ checkFederation }, { stackCheck }, { readSettings }, { presentedCertificate }] = await Promise.all([
        import("./check.ts"),
        import("./stackCheck.ts"),
        import("../../project/stackFile.ts"),
        import("../presentedCertificate.ts"),
    ]);
    const check = stackCheck(readSettings(settingsFile(stack)));
    if (!check) return reportOf(stack, [notChecked]);
    const authorities = [...check.authorities, ...(check.ownAuthority ? await developmentCertificate(found) : [])];
    const total = Math.round(Math.max(1000, Math.min(mostMilliseconds, latestEnd - performance.now())));
    const [report, deployed] = await Promise.all([
        checkFederation(check.serverName, { ...check, authorities, total }),
        presentedCertificate(check, () => deployedFingerprint(stack), total),
    ]);
    return reportOf(check.serverName, [...report.steps, ...deployed]);
}

/** What the stack's last update exported: the settings may have changed since, and do not have a development certificate. */
async function deployedFingerprint(stack: string): Promise<string | undefined> {
    return (await stackOutputs(stack, 1, outputsSeconds)).certificateFingerprint;
}

/** The gateway's own certificate, from its container: the authority's is in the stack's outputs, which may not be at hand. */
async function developmentCertificate(found: readonly Component[]): Promise<string[]> {
    const gateway = found.find(({ role, inspected }) => role === "gateway" && inspected.State.Running && !inspected.State.Paused);
    if (!gateway) return [];
    try {
        const pem = await docker(["exec", gateway.container, ...printCertificates(certificateFiles.served)], 2);
        return pem.includes("BEGIN CERTIFICATE") ? [pem] : [];
    } catch {
        return [];
    }
}
