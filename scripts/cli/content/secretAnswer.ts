/** A generated password or a token: printed or saved only if a flag asks for it. */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { Option } from "commander";
import { Failure } from "../../project/failure.ts";
import { quoted } from "../../project/visible.ts";

export interface SecretOptions {
    showSecrets?: boolean;
    saveSecret?: string;
}

export const showSecretsOption = (what: string) => new Option("--show-secrets", `print ${what}`);
export const saveSecretOption = (what: string) => new Option("--save-secret <file>", `write ${what} to a new file that only you can read`);

/** Opens the file first, so that no account is created whose secret is then lost. */
export async function withSecretFile<T>(
    { saveSecret: file }: SecretOptions,
    act: (write: (secret: string) => void) => Promise<T>,
): Promise<T> {
    if (file === undefined) return act(() => {});
    const descriptor = openNew(file);
    let written = false;
    try {
        return await act((secret) => {
            writeSync(descriptor, `${secret}\n`);
            written = true;
        });
    } finally {
        closeSync(descriptor);
        if (!written) rmSync(file, { force: true });
    }
}

function openNew(file: string): number {
    try {
        return openSync(file, "wx", 0o600);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EEXIST") throw new Failure(`--save-secret: ${quoted(file)} is there already; name a new file`);
        throw new Failure(`--save-secret: ${quoted(file)} cannot be written (${code})`);
    }
}
