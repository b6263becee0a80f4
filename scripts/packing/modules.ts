/** The modules that other projects import: what `npm pack` compiles, and how the packed package.json names them. */

export interface PackedModule {
    /** Imported as matrix-synapse/NAME. */
    name: string;
    /** From the checkout on. */
    source: string;
}

export const modules: readonly PackedModule[] = [
    { name: "bots", source: "bots/index.ts" },
    { name: "consumers", source: "consumers/index.ts" },
    { name: "provider", source: "provider/resources/index.ts" },
    { name: "seeds", source: "seeds/index.ts" },
];

/** Folder of everything compiled, in the checkout while it is packed and in the package. */
export const compiledFolder = "dist";

/** What the plugin runs, from the package's folder on; provider/plugin/main.js starts it. */
export const pluginFile = `${compiledFolder}/plugin.cjs`;

/** Loaded from node_modules: the SDKs must be the program's own, and the WebAssembly file is read beside its module. */
export const notCompiled = ["@pulumi/*", "@matrix-org/matrix-sdk-crypto-wasm", "matrix-sdk-crypto-native"];

/** What consumers install beside the package, by the versions of the checkout. */
const peers = ["@pulumi/docker", "@pulumi/pulumi"];
const needed = ["@matrix-org/matrix-sdk-crypto-wasm"];

interface Manifest {
    dependencies: Record<string, string>;
    [field: string]: unknown;
}

/** package.json of the package, from the checkout's: other entry points, other dependencies, nothing to build. Pure. */
export function packedManifest(checkout: Manifest): Record<string, unknown> {
    const version = (name: string): string => {
        const found = checkout.dependencies[name];
        if (found === undefined) throw new Error(`package.json has no dependency ${name}, which the package needs`);
        return found;
    };
    const { name, version: own, description, private: isPrivate, type, engines, files } = checkout;
    return {
        name,
        version: own,
        description,
        private: isPrivate,
        type,
        exports: {
            ...Object.fromEntries(modules.map((module) => [`./${module.name}`, conditions(module)])),
            "./package.json": "./package.json",
        },
        // For a compiler that does not read "exports", such as the one of `pulumi new typescript`.
        typesVersions: { "*": Object.fromEntries(modules.map((module) => [module.name, [typesOf(module, "d.cts")]])) },
        files,
        engines,
        // Any of the same major version: two copies of an SDK in one program have types that do not fit each other.
        peerDependencies: Object.fromEntries(peers.map((peer) => [peer, `^${version(peer)}`])),
        dependencies: Object.fromEntries(needed.map((dependency) => [dependency, version(dependency)])),
    };
}

function conditions(module: PackedModule): object {
    const file = `./${compiledFolder}/${module.name}`;
    return {
        import: { types: typesOf(module, "d.mts"), default: `${file}.mjs` },
        require: { types: typesOf(module, "d.cts"), default: `${file}.cjs` },
    };
}

function typesOf({ source }: PackedModule, ending: string): string {
    return `./${compiledFolder}/types/${source.replace(/ts$/, ending)}`;
}
