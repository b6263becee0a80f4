/** Types of what other projects import, for `import` (.d.mts) and for `require` (.d.cts). */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { execa } from "execa";
import { root } from "../project/checkout.ts";
import { compiledFolder, modules } from "./modules.ts";

const folder = join(root, compiledFolder, "types");
/** Its code is in the compiled modules; its types stand beside theirs, so that nobody has to install it for them. */
const sdk = "matrix-bot-sdk";

export async function writeDeclarations(): Promise<void> {
    const compilerOptions = {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: root,
        outDir: folder,
        types: ["node"],
    };
    const project = join(root, compiledFolder, "tsconfig.json");
    const files = modules.map(({ source }) => join(root, source));
    writeFileSync(project, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }));
    await execa(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project], { cwd: root });
    rmSync(project);
    const written = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => /\.d\.c?ts$/.test(path));
    for (const path of written) writeBoth(path);
    copySdkTypes();
}

/** One file as tsc wrote it becomes two, whose imports name files of the same kind. */
function writeBoth(path: string): void {
    const text = readFileSync(join(folder, path), "utf8");
    rmSync(join(folder, path));
    const types = posix.join(posix.relative(dirname(path), ""), sdk, "index.js");
    for (const kind of ["mts", "cts"]) {
        const imports = text
            .replace(/(["'])(\.[^"']*)\.c?ts\1/g, `$1$2.${kind.replace("ts", "js")}$1`)
            .replaceAll(`"${sdk}"`, `"${types.startsWith(".") ? types : `./${types}`}"`);
        writeFileSync(join(folder, path.replace(/c?ts$/, kind)), imports);
    }
}

/** Packages that its types mention in places which a bot does not come to. */
const mentions: readonly [file: string, text: string, instead: string][] = [
    ["appservice/Appservice.d.ts", 'import("express-serve-static-core").Express', "unknown"],
    ["request.d.ts", 'import * as origRequestFn from "request";\n', ""],
    ["request.d.ts", "typeof origRequestFn", "unknown"],
    ["logging/RichConsoleLogger.d.ts", 'import * as chalk from "chalk";\n', ""],
    ["logging/RichConsoleLogger.d.ts", "chalk.Chalk", "unknown"],
    [
        "storage/RustSdkCryptoStorageProvider.d.ts",
        'import { StoreType as RustSdkCryptoStoreType } from "@matrix-org/matrix-sdk-crypto-nodejs";',
        "type RustSdkCryptoStoreType = number;",
    ],
];

function copySdkTypes(): void {
    const from = join(root, "node_modules", sdk);
    const to = join(folder, sdk);
    cpSync(join(from, "lib"), to, { recursive: true, filter: (path) => !/\.(js|map)$/.test(path) });
    cpSync(join(from, "LICENSE"), join(to, "LICENSE"));
    // Its files are CommonJS, in a package that is not.
    writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
    for (const [file, text, instead] of mentions) {
        const before = readFileSync(join(to, file), "utf8");
        if (!before.includes(text)) throw new Error(`${sdk}: ${file} says no more: ${text}`);
        writeFileSync(join(to, file), before.replaceAll(text, instead));
    }
}
