// Makes a stack usable again after an update that was killed: its lock, and what it had begun.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { stackName, toolsDir } from "./checkout.ts";
import { describeLock, holderOf, readLocks } from "./locks.ts";
import { countByType, type PendingOperation, repairsFor } from "./pendingOperations.ts";
import { runPulumi } from "./pulumiCommand.ts";
import { SetupError } from "./step.ts";

export const project = "matrix-synapse";

/** Says in one line each what was done. Other backends than a local folder lock and recover by their own means. */
export async function recover(backendUrl: string, say: (line: string) => void): Promise<void> {
    const directory = backendUrl.startsWith("file://") ? fileURLToPath(backendUrl) : undefined;
    if (!directory) {
        return;
    }
    await releaseLocks(directory, say);
    const state = join(directory, ".pulumi/stacks", project, `${stackName}.json`);
    await settlePending(state, say);
}

async function releaseLocks(directory: string, say: (line: string) => void): Promise<void> {
    const locks = readLocks(directory, project, stackName);
    for (const lock of locks) {
        const holder = holderOf(lock);
        if (holder === "alive") {
            throw new SetupError(
                `Another update of stack ${stackName} is running (${describeLock(lock)}): wait for it, or end that process`,
            );
        }
        if (holder === "elsewhere") {
            throw new SetupError(
                `Stack ${stackName} is locked from another machine (${describeLock(lock)}): if nothing runs there any more, \`pulumi cancel --yes --stack ${stackName}\` removes the lock`,
            );
        }
    }
    if (locks[0]) {
        await runPulumi(["cancel", "--yes", "--stack", stackName]);
        say(`Recovered: the lock of an update that was killed is released (${describeLock(locks[0])})`);
    }
}

async function settlePending(stateFile: string, say: (line: string) => void): Promise<void> {
    const operations = pendingIn(stateFile);
    if (operations.length === 0) {
        return;
    }
    const begun = statSync(stateFile).mtime;
    const repairs = repairsFor(operations);
    const removed: string[] = [];
    for (const { kind, name } of repairs.remove) {
        if (await removeMadeSince(kind, name, begun)) {
            removed.push(`${kind} ${name}`);
        }
    }
    await rewriteState(repairs.adopt);
    const targets = [...repairs.reread, ...repairs.adopt.map(({ urn }) => urn)];
    if (targets.length > 0) {
        // Reads each anew, and drops from the state what does not exist.
        await runPulumi(["refresh", "--yes", "--skip-preview", "--stack", stackName, ...targets.flatMap((urn) => ["--target", urn])]);
    }
    const details = removed.length > 0 ? `; removed half-made ${removed.join(", ")}` : "";
    say(`Recovered: operations of an update that was killed are settled (${countByType(operations)}${details})`);
}

function pendingIn(stateFile: string): PendingOperation[] {
    try {
        return JSON.parse(readFileSync(stateFile, "utf8")).checkpoint?.latest?.pending_operations ?? [];
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return [];
        }
        throw error;
    }
}

/** Only what was made after the state was last written can be that update's; anything older is somebody else's. */
async function removeMadeSince(kind: "container" | "network", name: string, begun: Date): Promise<boolean> {
    const created = await execa(
        "docker",
        [kind, "inspect", "--format", kind === "container" ? "{{.Created}}" : "{{json .Created}}", name],
        { reject: false },
    );
    const time = Date.parse(created.stdout?.replaceAll('"', "") ?? "");
    // The engine's clock is this machine's, or nearly: two seconds are allowed for.
    if (created.failed || !(time >= begun.getTime() - 2000)) {
        return false;
    }
    const removal = await execa("docker", [kind, "rm", ...(kind === "container" ? ["--force"] : []), name], { reject: false });
    return !removal.failed;
}

interface Exported {
    deployment?: { resources?: object[]; pending_operations?: PendingOperation[] };
}

/**
 * Nothing is pending any more, and what is to be adopted stands in the state as if its creation had been seen. By export
 * and import, because a refresh would ask every provider, among them a database that may be down, and refuses a
 * target that is only pending.
 */
async function rewriteState(adopt: { urn: string; id: string }[]): Promise<void> {
    const exported: Exported = JSON.parse(await runPulumi(["stack", "export", "--stack", stackName]));
    const { deployment } = exported;
    if (!deployment?.pending_operations) {
        return;
    }
    for (const { urn, id } of adopt) {
        const operation = deployment.pending_operations.find(({ resource }) => resource.urn === urn);
        if (operation) {
            deployment.resources?.push({ ...operation.resource, id, outputs: { ...operation.resource.inputs, id } });
        }
    }
    delete deployment.pending_operations;
    mkdirSync(toolsDir, { recursive: true });
    const file = join(toolsDir, "recovered-state.json");
    try {
        // Secrets are encrypted in an export, as they are in the state.
        writeFileSync(file, JSON.stringify(exported), { mode: 0o600 });
        await runPulumi(["stack", "import", "--stack", stackName, "--file", file]);
    } finally {
        rmSync(file, { force: true });
    }
}
