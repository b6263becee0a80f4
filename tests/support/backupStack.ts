/** A small stack with backups, which may be lost and restored. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { project, root } from "../../scripts/project/checkout.ts";
import { destroyMachine, removeRepository, repositoryDirectory } from "./backup.ts";
import { containers, docker } from "./docker.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "./stack.ts";

export type BackupOutputs = StackOutputs & { backupPassword: string };
/** Seconds. */
export const maxLoss = 20;

export class BackupStack {
    readonly repository = repositoryDirectory();
    readonly passwordFile: string;

    constructor(
        readonly name: `test-${string}`,
        readonly base: number,
    ) {
        this.passwordFile = join(tmpdir(), `${name}-password`);
    }

    /** @param first port; another one as of another machine */
    settings(first = this.base, backup: SettingsInput["backup"] = {}): Partial<SettingsInput> {
        const unencrypted = { encrypted: false, members: { notifier: 50 } };
        return smallStack(first, {
            backup: { repository: this.repository, maxLoss, schedule: "Sun 04:30", keep: "2w", ...backup },
            bots: { notifier: { unlimited: true } },
            users: { alice: { password: "the password of alice" } },
            rooms: { lobby: unencrypted, archive: unencrypted },
        });
    }

    run(file: string, ...words: string[]) {
        return this.runWith({}, file, ...words);
    }

    private runWith(environment: Record<string, string>, file: string, ...words: string[]) {
        const env = { ...pulumiEnvironment(), STACK: this.name, ...environment };
        return execa(file, words, { cwd: root, env, reject: false, all: true });
    }

    tool(...words: string[]) {
        return this.run("scripts/cli/resource-matrix-synapse", ...words, "--stack", this.name);
    }

    restore(variables: Record<string, string> = {}) {
        const all = { REPOSITORY: this.repository, PASSWORD_FILE: this.passwordFile, ...variables };
        return this.run("make", "restore", ...Object.entries(all).map(([key, value]) => `${key}=${value}`));
    }

    /** The process behind `make restore`; when it says that line, something happens to it. */
    async restoreUntil(line: RegExp, happens: (restoring: ResultPromise) => unknown, variables: Record<string, string> = {}) {
        const all = { REPOSITORY: this.repository, PASSWORD_FILE: this.passwordFile, ...variables };
        const restoring = this.runWith(all, "scripts/setup/run", "main", "restore");
        let said = "";
        restoring.all.on("data", (text) => {
            if (line.test(said)) return;
            said += text;
            if (line.test(said)) happens(restoring);
        });
        const ended = await restoring;
        assert.match(ended.all, line);
        return ended;
    }

    /** `make restore` that is refused or fails, and leaves nothing. */
    async refusedRestore(variables: Record<string, string>, line: RegExp, environment: Record<string, string> = {}): Promise<void> {
        const all = { REPOSITORY: this.repository, PASSWORD_FILE: this.passwordFile, ...variables };
        const words = Object.entries(all).map(([key, value]) => `${key}=${value}`);
        const { exitCode, all: said } = await this.runWith(environment, "make", "restore", ...words);
        assert.ok(exitCode !== 0 && said.split("\n").some((one) => line.test(one)), `no line says ${line}:\n${said}`);
        assert.ok(!/^\s+at .*\(.*:\d+:\d+\)$/m.test(said), `a stack trace:\n${said}`);
        await this.assertGone();
    }

    /** `make` with what must end well. */
    async make(target: string): Promise<void> {
        const { exitCode, all } = await this.run("make", target);
        assert.equal(exitCode, 0, all);
    }

    async bringUp(settings = this.settings()): Promise<BackupOutputs> {
        await this.remove();
        configure(this.name, settings);
        await this.make("up");
        const outputs = await this.outputs();
        this.keepPassword(outputs.backupPassword);
        return outputs;
    }

    /** Where the stack is not. */
    keepPassword(password: string): void {
        writeFileSync(this.passwordFile, password, { mode: 0o600 });
    }

    async outputs(): Promise<BackupOutputs> {
        return plain(await (await openStack(this.name)).outputs()) as BackupOutputs;
    }

    /** Of the database server, whichever database is meant. */
    query(database: string, text: string): Promise<string> {
        const words = ["psql", "--username=postgres", "--no-align", "--tuples-only", "--command", text, database];
        return docker("exec", `${project}-${this.name}-database`, ...words);
    }

    /** The machine, and all that this checkout knows of the stack. */
    async lose(): Promise<void> {
        await destroyMachine(this.name);
        await this.run("pulumi", "stack", "rm", "--yes", "--force", "--stack", this.name);
        rmSync(`${root}/Pulumi.${this.name}.yaml`, { force: true });
    }

    /** @throws unless nothing of the stack is there */
    async assertGone(): Promise<void> {
        assert.ok(!existsSync(`${root}/Pulumi.${this.name}.yaml`));
        assert.deepEqual(await containers(this.name), {});
        assert.equal(await docker("volume", "ls", "--quiet", "--filter", `label=${stackLabel}=${stackPrefix(project, this.name)}`), "");
    }

    private async remove(): Promise<void> {
        await destroyMachine(this.name);
        await destroyStack(this.name);
    }

    async removeAll(): Promise<void> {
        await this.remove();
        await removeRepository(this.repository);
        rmSync(this.passwordFile, { force: true });
    }
}

/** Brings the stack up with a file of media, stores all of it, and loses the machine. */
export async function backedUpAndLost(stack: BackupStack): Promise<void> {
    const { clientUrl, bots } = await stack.bringUp();
    const { status } = await fetch(`${clientUrl}/_matrix/media/v3/upload`, {
        method: "POST",
        headers: { authorization: `Bearer ${bots.notifier?.accessToken}` },
        body: randomBytes(6_000_000) as BodyInit,
    });
    assert.equal(status, 200);
    await stack.make("backup");
    await stack.lose();
}
