/**
 * What `npm pack` runs: `before` compiles what other projects import and lets package.json name that; `after` puts the checkout back.
 * In the checkout itself nothing is compiled: there, package.json names the TypeScript.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../project/checkout.ts";
import { compileCode } from "./code.ts";
import { writeDeclarations } from "./declarations.ts";
import { compiledFolder, packedManifest } from "./modules.ts";

const manifest = join(root, "package.json");
/** The checkout's own, meanwhile. */
const kept = join(root, compiledFolder, "checkout.json");

/** Also puts right what a pack that was killed has left. */
function restore(): void {
    if (existsSync(kept)) renameSync(kept, manifest);
    rmSync(join(root, compiledFolder), { recursive: true, force: true });
}

async function compile(): Promise<void> {
    restore();
    mkdirSync(join(root, compiledFolder));
    await Promise.all([compileCode(), writeDeclarations()]);
    const text = readFileSync(manifest, "utf8");
    writeFileSync(kept, text);
    writeFileSync(manifest, `${JSON.stringify(packedManifest(JSON.parse(text)), undefined, 2)}\n`);
}

if (process.argv[2] === "before") await compile();
else restore();
