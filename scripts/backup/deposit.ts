/** What a new machine needs besides the data: the stack's state and settings, put into the repository. */
import { readFileSync } from "node:fs";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../project/checkout.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import { settingsFile } from "../project/stacks.ts";
import { dockerFed } from "../stack/docker.ts";
import { containersOf } from "../stack/objects.ts";

/** As it is in the repository, encrypted with everything else. */
export interface Deposit {
    stack: string;
    serverName: string;
    /** Text of the stack's file. Its secrets are encrypted by a passphrase that a new machine does not have. */
    file: string;
    /** As `pulumi config --json --show-secrets` has it. */
    config: Record<string, { value?: string; objectValue?: unknown; secret: boolean }>;
    /** As `pulumi stack export --show-secrets` has it. */
    state: unknown;
}

/** The name of the container that stores backups; undefined where the stack makes none. */
export async function backupContainer(stack: string): Promise<string | undefined> {
    const name = `${stackPrefix(project, stack)}-backup`;
    return (await containersOf(stack, "Names", 20)).find((one) => one === name);
}

/** Stores state and settings as they are now. @returns false where the stack makes no backups */
export async function deposit(stack: string): Promise<boolean> {
    const container = await backupContainer(stack);
    if (container === undefined) return false;
    const [state, config, serverName] = await Promise.all([
        runPulumi(["stack", "export", "--show-secrets", "--stack", stack]),
        runPulumi(["config", "--json", "--show-secrets", "--stack", stack]),
        runPulumi(["stack", "output", "serverName", "--stack", stack]),
    ]);
    const text: Deposit = {
        stack,
        serverName: serverName.trim(),
        file: readFileSync(settingsFile(stack), "utf8"),
        config: JSON.parse(config),
        state: JSON.parse(state),
    };
    await dockerFed(["exec", "--interactive", container, "sh", "/backup.sh", "stack"], JSON.stringify(text), 600);
    return true;
}

/** Stores everything that was acknowledged until now, and the state with it. @throws Failure with why it could not be stored */
export async function backUpNow(container: string, stack: string): Promise<void> {
    await deposit(stack);
    await dockerFed(["exec", container, "sh", "/backup.sh", "now"], "");
}
