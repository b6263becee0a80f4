/** What `npm pack` makes of this checkout, installed into projects as `pulumi new typescript` makes them. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";

const notCopied = ["node_modules", "dist", ".git", ".tools", ".state"];

let packing: Promise<string> | undefined;
const made: string[] = [];

/** Packs once, in a copy: packing changes package.json for a moment, which what runs beside this test would read. */
export function packedFile(): Promise<string> {
    packing ??= pack();
    return packing;
}

async function pack(): Promise<string> {
    const checkout = temporary("checkout-");
    cpSync(root, checkout, { recursive: true, filter: (path) => path === root || !notCopied.includes(basename(path)) });
    symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
    const before = readFileSync(join(root, "package.json"), "utf8");
    const { stdout } = await execa("npm", ["pack", "--silent"], { cwd: checkout });
    if (readFileSync(join(checkout, "package.json"), "utf8") !== before || existsSync(join(checkout, "dist"))) {
        throw new Error("packing left the checkout changed");
    }
    return join(checkout, stdout.trim().split("\n").at(-1) ?? "");
}

/** A copy of the folder with its packages installed: the packed file is unpacked by npm, the others are those installed here. */
export async function installed(folder: string): Promise<string> {
    const project = temporary(`${basename(folder)}-`);
    cpSync(folder, project, { recursive: true, filter: (path) => !path.startsWith(join(folder, "node_modules")) });
    const file = join(project, "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    const ofCheckout = (names: string[]) => Object.fromEntries(names.map((name) => [name, `file:${join(root, "node_modules", name)}`]));
    const dependencies = {
        // What npm installs by itself, as the package's peer.
        ...ofCheckout(["@pulumi/docker", "@pulumi/pulumi", ...Object.keys(manifest.dependencies)]),
        "matrix-synapse": `file:${await packedFile()}`,
    };
    const devDependencies = ofCheckout(Object.keys(manifest.devDependencies));
    const overrides = ofCheckout(["@matrix-org/matrix-sdk-crypto-wasm"]);
    writeFileSync(file, JSON.stringify({ ...manifest, dependencies, devDependencies, overrides }));
    // Links have no versions by which peers could be matched.
    await execa("npm", ["install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund"], { cwd: project });
    return project;
}

function temporary(prefix: string): string {
    made.push(mkdtempSync(join(tmpdir(), prefix)));
    return made.at(-1) as string;
}

export function removePacked(): void {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
    packing = undefined;
}
