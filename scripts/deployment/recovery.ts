/** Makes a stack usable again after an update that was killed: its lock, and what it had begun. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { project, stackName, toolsDir } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import { removeHalfMade } from "../stack/objects.ts";
import { endOrphanedPlugins, removeTornAttributes } from "./killedCli.ts";
import { describeLock, holderOf, readLocks } from "./locks.ts";
import { countByType, type PendingOperation, repairsFor } from "./pendingOperations.ts";

/** Says in one line each what was done. Other backends than a local folder lock and recover by their own means. */
export async function recover(backendUrl: string, say: (line: string) => void, stack = stackName): Promise<void> {
    const directory = backendUrl.startsWith("file://") ? fileURLToPath(backendUrl) : undefined;
    if (!directory) {
        return;
    }
    const states = join(directory, ".pulumi/stacks", project);
    if (removeTornAttributes(states, stack).length > 0) {
        say("Recovered: the state that an update was writing when it was killed is readable again");
    }
    endOrphanedPlugins(toolsDir);
    await releaseLocks(directory, stack, say);
    await settlePending(join(states, `${stack}.json`), stack, say);
}

async function releaseLocks(directory: string, stack: string, say: (line: string) => void): Promise<void> {
    const locks = readLocks(directory, project, stack);
    for (const lock of locks) {
        const holder = holderOf(lock);
        if (holder === "alive") {
            throw new Failure(`Another update of stack ${stack} is running (${describeLock(lock)}): wait for it, or end that process`);
        }
        if (holder === "elsewhere") {
            throw new Failure(
                `Stack ${stack} is locked from another machine (${describeLock(lock)}): if nothing runs there any more, \`pulumi cancel --yes --stack ${stack}\` removes the lock`,
            );
        }
    }
    if (locks[0]) {
        await runPulumi(["cancel", "--yes", "--stack", stack]);
        say(`Recovered: the lock of an update that was killed is released (${describeLock(locks[0])})`);
    }
}

async function settlePending(stateFile: string, stack: string, say: (line: string) => void): Promise<void> {
    const { pending_operations: operations = [], resources = [] } = latest(stateFile);
    if (operations.length === 0) {
        return;
    }
    const known = new Set(resources.map(({ id }) => id).filter((id) => id !== undefined));
    const repairs = repairsFor(operations);
    const removed: string[] = [];
    for (const { kind, name } of repairs.remove) {
        if (await removeHalfMade(stack, kind, name, known)) {
            removed.push(`${kind} ${name}`);
        }
    }
    await rewriteState(stack, repairs.adopt);
    const targets = [...repairs.reread, ...repairs.adopt.map(({ urn }) => urn)];
    if (targets.length > 0) {
        // Reads each anew, and drops from the state what does not exist.
        await runPulumi(["refresh", "--yes", "--skip-preview", "--stack", stack, ...targets.flatMap((urn) => ["--target", urn])]);
    }
    const details = removed.length > 0 ? `; removed half-made ${removed.join(", ")}` : "";
    say(`Recovered: operations of an update that was killed are settled (${countByType(operations)}${details})`);
}

interface Snapshot {
    resources?: { id?: string; [field: string]: unknown }[];
    pending_operations?: PendingOperation[];
}

function latest(stateFile: string): Snapshot {
    if (!existsSync(stateFile)) {
        return {};
    }
    return JSON.parse(readFileSync(stateFile, "utf8")).checkpoint?.latest ?? {};
}

interface Exported {
    deployment?: Snapshot;
}

/**
 * Nothing is pending any more, and what is to be adopted stands in the state as if its creation had been seen. By export
 * and import, because a refresh would ask every provider, among them a database that may be down, and refuses a
 * target that is only pending.
 */
async function rewriteState(stack: string, adopt: { urn: string; id: string }[]): Promise<void> {
    const exported: Exported = JSON.parse(await runPulumi(["stack", "export", "--stack", stack]));
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
        await runPulumi(["stack", "import", "--stack", stack, "--file", file]);
    } finally {
        rmSync(file, { force: true });
    }
}
