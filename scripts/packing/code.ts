/** Compiles what other projects import, and the plugin, to JavaScript that needs no loader. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../project/checkout.ts";
import { compiledFolder, modules, notCompiled, pluginFile } from "./modules.ts";

/** CommonJS has no import.meta. */
const ownUrl = "ownUrl";
const options = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    banner: { js: `const ${ownUrl} = require("node:url").pathToFileURL(__filename).href;` },
    define: { "import.meta.url": ownUrl },
    logLevel: "warning",
} as const;

export async function compileCode(): Promise<void> {
    await Promise.all([
        build({
            ...options,
            entryPoints: Object.fromEntries(modules.map(({ name, source }) => [name, source])),
            outdir: compiledFolder,
            outExtension: { ".js": ".cjs" },
            external: notCompiled,
        }),
        // Pulumi starts it in a process of its own, so it brings the SDK along.
        build({
            ...options,
            entryPoints: ["provider/plugin/server.ts"],
            outfile: pluginFile,
            external: notCompiled.filter((name) => name !== "@pulumi/*"),
        }),
    ]);
    for (const { name } of modules) writeModule(name);
}

/** For `import`: the same classes as for `require`, since both may be in one program. */
function writeModule(name: string): void {
    const require = createRequire(import.meta.url);
    const names = Object.keys(require(join(root, compiledFolder, `${name}.cjs`)));
    writeFileSync(join(root, compiledFolder, `${name}.mjs`), `export { ${names.sort().join(", ")} } from "./${name}.cjs";\n`);
}
