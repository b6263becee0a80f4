/** The stack that a restore makes: whether there is room for it, what an earlier restore left of it, and how it is taken away. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ExportedState } from "../../components/backup/passwords.ts";
import { restoringVolume, stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { prepareState } from "../deployment/deployment.ts";
import { project } from "../project/checkout.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import { parseStackFile } from "../project/stackFileText.ts";
import { settingsFile } from "../project/stacks.ts";
import { docker } from "../stack/docker.ts";
import { containersOf, removeAllButVolumes, volumesOf } from "../stack/objects.ts";
import type { RestoredSettings } from "./settings.ts";
import { removeTemporary } from "./temporaryContainers.ts";

/** Whether the stack's file was the operator's own before the restore: on the volume that marks it. */
const fileLabel = "matrix-synapse.restore.file";

/** Marks the stack as half restored, until {@link unmark}. @returns the volume, which has room for what only the restore needs */
export async function mark(stack: string): Promise<string> {
    const prefix = stackPrefix(project, stack);
    const labels = [`${stackLabel}=${prefix}`, `${fileLabel}=${existsSync(settingsFile(stack)) ? "given" : "restored"}`];
    const volume = restoringVolume(prefix);
    await docker(["volume", "create", ...labels.flatMap((label) => ["--label", label]), volume], 20);
    return volume;
}

export async function unmark(stack: string): Promise<void> {
    await docker(["volume", "rm", restoringVolume(stackPrefix(project, stack))], 60);
}

/** Removes what a restore that was killed left, if anything. */
export async function removeUnfinished(stack: string, say: (line: string) => void): Promise<void> {
    await prepareState(stack);
    const volume = restoringVolume(stackPrefix(project, stack));
    if (!(await volumesOf(stack)).includes(volume)) return;
    await removeTemporary(stack, "restore");
    // Nothing runs on half-restored data, so whatever does was made by other means.
    const running = await containersOf(stack, "Names", 20);
    if (running.length > 0)
        throw new Failure(
            `a restore of stack ${stack} did not end, and ${running[0]} was made since: remove it with make down STACK=${stack}`,
        );
    say("Removing what an earlier restore left that did not end");
    const file = await docker(["volume", "inspect", "--format", `{{index .Labels "${fileLabel}"}}`, volume], 20);
    await removeAll(stack, file.trim() === "given");
}

/** @throws Failure if anything of the stack is there, or the backup is of another stack */
export async function refuseUnfit(stack: string): Promise<void> {
    const [containers, volumes] = await Promise.all([containersOf(stack, "Names", 20), volumesOf(stack)]);
    const there = [...containers, ...volumes];
    if (there.length > 0)
        throw new Failure(
            `stack ${stack} is there already (${there.slice(0, 3).join(", ")}${there.length > 3 ? ", …" : ""}); a backup is restored into a new one only`,
        );
    const stacks: { name: string; resourceCount?: number }[] = JSON.parse(await runPulumi(["stack", "ls", "--json"]));
    if (stacks.some(({ name, resourceCount = 0 }) => name === stack && resourceCount > 0))
        throw new Failure(`the state of stack ${stack} is not empty; a backup is restored into a new one only`);
}

export async function restoreState(stack: string, state: ExportedState, { text, secrets }: RestoredSettings): Promise<void> {
    writeFileSync(settingsFile(stack), text);
    await runPulumi(["stack", "init", "--no-select", stack]);
    for (const { path, value } of secrets)
        await runPulumi(["config", "set", "--secret", "--path", path, "--stack", stack], { input: value });
    const { encryptionsalt } = parseStackFile(readFileSync(settingsFile(stack), "utf8")) as { encryptionsalt?: string };
    await runPulumi(["stack", "import", "--stack", stack], { input: JSON.stringify(encryptedHere(state, encryptionsalt)) });
    // What is not in a backup: it is made anew.
    await runPulumi(["refresh", "--yes", "--skip-preview", "--stack", stack, "--target", "**docker:index/**"]);
}

/**
 * The state with the salt of this machine's passphrase: by the former machine's, which it carries, Pulumi would look for that machine's
 * passphrase, although the secrets in it are in the clear.
 * @param salt of the stack's file; absent where another provider than a passphrase encrypts
 */
export function encryptedHere(state: ExportedState, salt: string | undefined): ExportedState {
    if (salt === undefined) return state;
    return { ...state, deployment: { ...state.deployment, secrets_providers: { type: "passphrase", state: { salt } } } };
}

/** @param fileIsGiven whether the stack's file is the operator's own */
export async function removeAll(stack: string, fileIsGiven: boolean): Promise<void> {
    const mark = restoringVolume(stackPrefix(project, stack));
    const removeVolumes = async (which: (name: string) => boolean) => {
        const volumes = (await volumesOf(stack)).filter(which);
        if (volumes.length > 0) await docker(["volume", "rm", ...volumes], 60);
    };
    const steps: (() => Promise<unknown>)[] = [
        () => removeTemporary(stack, "restore"),
        () => removeAllButVolumes(stack),
        () => removeVolumes((name) => name !== mark),
        () => runPulumi(["stack", "rm", "--yes", "--force", ...(fileIsGiven ? ["--preserve-config"] : []), "--stack", stack]),
    ];
    let left = false;
    for (const step of steps) {
        await step().catch((error: unknown) => {
            if (/no stack named/.test(oneLine(error))) return;
            console.error(`  ${oneLine(error)}`);
            left = true;
        });
    }
    if (!fileIsGiven) rmSync(settingsFile(stack), { force: true });
    // Last: as long as it is there, the next restore takes away what this one could not.
    if (!left) await removeVolumes((name) => name === mark);
}
