/** The command line as a process, on a small stack of its own that all files of a run share. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "./stack.ts";

export const stackName = "test-clicontent";
export const base = 14000;

/** Accounts that no stack declares, and that may list rooms in the directory. */
export const publishers = ["@room-admin:localhost", "@bot-publisher:localhost"];

const small = smallStack(base, {
    users: { carol: { displayName: "Carol" } },
    rooms: {
        lobby: { name: "Lobby", encrypted: false, members: { notifier: 50, carol: 0 } },
        vault: { name: "Vault", encrypted: true, retention: "52w", members: { notifier: 50 } },
    },
});
/** The files of a run sign in more often than an office does. */
const often = { perSecond: 10, burst: 500 };
const settings = {
    ...small,
    homeserver: { ...small.homeserver, roomDirectory: { publishers }, limits: { logins: { address: often, account: often } } },
};

let shared: Promise<StackOutputs> | undefined;

export function contentStack(): Promise<StackOutputs> {
    shared ??= (async () => {
        await destroyStack(stackName);
        configure(stackName, settings);
        return plain((await (await openStack(stackName)).up()).outputs);
    })();
    return shared;
}

after(async function () {
    this.timeout(120_000);
    if (!shared) return;
    await destroyStack(stackName);
    for (const kept of [`cli/${stackName}.session`, `bots/${stackName}`])
        rmSync(join(root, ".state", kept), { recursive: true, force: true });
});

export interface Ended {
    code: number | undefined;
    stdout: string;
    stderr: string;
}

/** Runs `resource-matrix-synapse content …` as a process without a terminal. */
export async function content(args: string[], input = ""): Promise<Ended> {
    const command = join(root, "scripts/cli/resource-matrix-synapse");
    const { exitCode, stdout, stderr } = await execa("node", [command, "content", ...args, "--stack", stackName], {
        input,
        reject: false,
        timeout: 60_000,
    });
    return { code: exitCode, stdout, stderr };
}

/** The same at a terminal, where somebody types `answer`. @returns all that the terminal showed. */
export async function answering(answer: string, ...args: string[]): Promise<string> {
    const line = ["node", join(root, "scripts/cli/resource-matrix-synapse"), "content", ...args, "--stack", stackName].join(" ");
    return (await execa("script", ["-qec", line, "/dev/null"], { input: `${answer}\n`, reject: false, timeout: 60_000 })).stdout;
}

/** The stack's file, with `change` made to it while `act` runs. */
export async function withStackFile<T>(change: (text: string) => string, act: (file: string) => Promise<T>): Promise<T> {
    const file = `${root}/Pulumi.${stackName}.yaml`;
    const before = readFileSync(file);
    writeFileSync(file, change(before.toString()));
    try {
        return await act(file);
    } finally {
        writeFileSync(file, before);
    }
}

/** A directory for files that the command is given or writes. */
export async function withDirectory<T>(act: (directory: string) => Promise<T>): Promise<T> {
    const directory = mkdtempSync(join(tmpdir(), "cli-content-"));
    try {
        return await act(directory);
    } finally {
        rmSync(directory, { recursive: true });
    }
}
