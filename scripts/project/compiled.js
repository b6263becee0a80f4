/**
 * Loads TypeScript of this project, with the packages that it uses, from one JavaScript file: Node.js needs a second to find and read
 * what is otherwise a thousand files, and Pulumi starts three such processes for each command. The file is made where it is missing, and
 * again when one that went into it has changed.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Packages that read files beside their own, or that Pulumi loads too and that must be there once. */
const outside = /^(@matrix-org\/matrix-sdk-crypto-wasm|@pulumi|esbuild|matrix-sdk-crypto-native|playwright-core)($|\/)/;

/**
 * @param {string} entry from the checkout on: "scripts/cli/main.ts"
 * @param {RegExp} external packages that are not put into the file
 * @returns the module
 */
export async function compiled(entry, external = outside) {
    const file = join(root, ".tools/compiled", `${entry.replace(/\W/g, "-")}.mjs`);
    if (isCurrent(file)) return import(pathToFileURL(file).href);
    const text = await compile(entry, file, external);
    if (write(text, file)) return import(pathToFileURL(file).href);
    // An installed package may be another user's.
    const folder = mkdtempSync(join(tmpdir(), "matrix-synapse-"));
    try {
        const passing = join(folder, "compiled.mjs");
        writeFileSync(passing, text);
        return await import(pathToFileURL(passing).href);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** The first line of the file says what went into it. */
function isCurrent(file) {
    try {
        const content = readFileSync(file);
        const made = JSON.parse(content.toString("utf8", 2, content.indexOf("\n")));
        return made.root === root && Object.entries(made.from).every(([path, stamp]) => stampOf(path) === stamp);
    } catch {
        return false;
    }
}

function stampOf(path) {
    const { mtimeMs, size } = statSync(join(root, path));
    return `${mtimeMs} ${size}`;
}

/** @returns the text of the file */
async function compile(entry, file, external) {
    const { build } = await import("esbuild");
    const { outputFiles, metafile } = await build({
        absWorkingDir: root,
        entryPoints: [entry],
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        // Packages are CommonJS for the most part.
        banner: { js: `import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(${urlOf(file)});` },
        plugins: [ownPaths, required(external)],
        logLevel: "silent",
        metafile: true,
        write: false,
    });
    const files = Object.keys(metafile.inputs).filter((path) => !path.startsWith("required:"));
    const from = Object.fromEntries([...files, relative(root, fileURLToPath(import.meta.url))].map((path) => [path, stampOf(path)]));
    return `//${JSON.stringify({ root, from })}\n${outputFiles[0].text}`;
}

/** @returns whether it could be written */
function write(text, file) {
    try {
        mkdirSync(dirname(file), { recursive: true });
        // Two processes may do this at once.
        const unfinished = `${file}.${process.pid}`;
        writeFileSync(unfinished, text);
        renameSync(unfinished, file);
        return true;
    } catch {
        return false;
    }
}

function urlOf(path) {
    return JSON.stringify(pathToFileURL(path).href);
}

/** What a source finds beside itself stays there. */
const ownPaths = {
    name: "own-paths",
    setup(build) {
        build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (relative(root, path).includes("node_modules")) return undefined;
            return {
                contents: readFileSync(path, "utf8").replaceAll("import.meta.url", urlOf(path)),
                loader: "ts",
            };
        });
    },
};

/** Packages that stay outside are loaded where the module that names them is: a command that is not called costs nothing. */
function required(external) {
    return {
        name: "required",
        setup(build) {
            build.onResolve({ filter: external }, ({ path, kind }) =>
                kind === "require-call" ? { path, external: true } : { path, namespace: "required" },
            );
            build.onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
                contents: `module.exports = require(${JSON.stringify(path)});`,
            }));
        },
    };
}
