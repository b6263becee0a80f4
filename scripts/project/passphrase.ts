/** The passphrase that encrypts the stack's secrets: made once, readable by its owner alone, never removed. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateDir } from "./checkout.ts";
import { Failure } from "./failure.ts";

export const passphraseFile = join(stateDir, "passphrase");

export function ensurePassphrase(directory = stateDir): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    const file = join(directory, "passphrase");
    if (existsSync(file)) {
        chmodSync(file, 0o600);
        return;
    }
    if (existsSync(join(directory, ".pulumi/stacks"))) {
        // A new passphrase could not open the old secrets, and would hide that they are still there.
        throw new Failure(
            `${file} is gone, and the stacks in ${directory} were encrypted with it: put it back from your copy (or move ${directory} away to start anew)`,
        );
    }
    // `wx`: two runs at once must not overwrite each other's.
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
}
