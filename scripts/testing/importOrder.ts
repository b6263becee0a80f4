/** The order of the house: which folder may import what. `make check` runs this and refuses any other import. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { root } from "../project/checkout.ts";

interface Rule {
    /** Files that it is about, by the beginning of their path; a file obeys the longest that fits, or else none. */
    of: string;
    /** What they may import, by the beginning of its path. Files of the same room (`of`) may always import each other. */
    may: readonly string[];
    /** As it is said to the person who broke it. */
    says: string;
}

/** Pure pieces of components that any script may use. */
const pieces = [
    "components/parts.ts",
    "components/publishedAddresses.ts",
    "components/settings/",
    "components/bridges/platforms.ts",
    "components/bridges/mautrix/networks.ts",
    "components/backup/passwords.ts",
    "components/backup/repository.ts",
    "components/content/roomInputs.ts",
    "components/certificate/files.ts",
    "components/gateway/wellKnown.ts",
    "components/platform/docker/endpoint.ts",
    "components/platform/docker/labels.ts",
    "components/platform/docker/restartPolicy.ts",
    "components/platform/docker/sameMachine.ts",
    "components/platform/reachable.ts",
];
const forScripts = [
    "scripts/project/",
    "scripts/stack/",
    "scripts/content/",
    "scripts/checks/",
    "matrix/",
    "provider/resources/",
    ...pieces,
];
/** Every room of scripts but the command line. */
const anyRoom = ["backup", "bridges", "deployment", "setup", "mesh", "preview", "testing", "verify"].map((room) => `scripts/${room}/`);

export const rules: readonly Rule[] = [
    { of: "matrix/", may: [], says: "matrix imports nothing of ours" },
    { of: "provider/resources/", may: ["matrix/"], says: "provider/resources imports matrix only" },
    {
        of: "provider/plugin/",
        may: ["provider/resources/", "scripts/content/", "scripts/project/compiled.js", "matrix/", "package.json", "dist/plugin.cjs"],
        says: "provider/plugin imports provider/resources, scripts/content and matrix, and is started by scripts/project/compiled.js or compiled already",
    },
    { of: "components/", may: ["components/", "matrix/"], says: "components import components and matrix" },
    {
        of: "components/content/",
        may: ["components/", "matrix/", "provider/resources/"],
        says: "components/content imports components, matrix and provider/resources",
    },
    {
        // A picture is read with the settings, and declared as the provider's resources take it.
        of: "components/settings/pictures.ts",
        may: ["components/", "matrix/", "provider/resources/avatar.ts"],
        says: "components/settings/pictures.ts imports components, matrix and provider/resources/avatar.ts",
    },
    { of: "index.ts", may: ["components/"], says: "index.ts imports components only" },
    { of: "program.ts", may: ["index.ts", "components/"], says: "program.ts imports index.ts and components" },
    { of: "scripts/content/", may: ["matrix/", "provider/resources/"], says: "scripts/content imports matrix and provider/resources" },
    {
        of: "scripts/project/",
        may: [
            "matrix/",
            "components/settings/",
            "components/parts.ts",
            "components/bridges/platforms.ts",
            "components/platform/docker/endpoint.ts",
        ],
        says: "scripts/project imports matrix, components/settings, the lists of parts and bridges, and where the engine is",
    },
    {
        of: "scripts/",
        may: forScripts,
        says: "a room of scripts imports scripts/project, stack, content and checks, matrix, provider/resources and pure pieces of components",
    },
    { of: "scripts/setup/main.ts", may: [...forScripts, ...anyRoom], says: "nobody imports scripts/cli but itself" },
    {
        of: "scripts/cli/",
        may: [...forScripts, ...anyRoom, "bots/"],
        says: "scripts/cli imports scripts, bots and pure pieces of components",
    },
    {
        of: "scripts/mesh/",
        may: [...forScripts, "scripts/deployment/"],
        says: "scripts/mesh imports what scripts may, and scripts/deployment",
    },
    {
        of: "scripts/backup/",
        may: [...forScripts, "scripts/deployment/"],
        says: "scripts/backup imports what scripts may, and scripts/deployment",
    },
    { of: "scripts/seed/", may: [...forScripts, "seeds/"], says: "scripts/seed imports what scripts may, and seeds" },
    // The tests of the plugins are built as the plugins are.
    { of: "scripts/testing/", may: [...forScripts, "scripts/setup/"], says: "scripts/testing imports what scripts may, and scripts/setup" },
];

/** Folders that are about the running program. */
const folders = ["matrix", "provider", "components", "scripts"];

/** Words that only some files may have. */
const words: readonly { word: RegExp; within: RegExp; says: string }[] = [
    {
        word: /from "(@pulumi\/docker)"|import\("(@pulumi\/docker)"\)/,
        within: /^components\/platform\/docker\//,
        says: "only components/platform/docker uses it",
    },
    {
        word: /\b(?:execa|spawn|execFile|spawnSync|execFileSync)\(\s*("docker")/,
        within: /^(components\/platform\/docker|scripts\/stack|scripts\/setup)\//,
        says: "only components/platform/docker, scripts/stack and scripts/setup start docker",
    },
    {
        word: /(\/_(?:synapse|dendrite)\/admin)/,
        within: /^(scripts\/content\/administration\/|components\/gateway\/)/,
        says: "only scripts/content/administration calls it",
    },
];

/** Components know no platform but by its interface. */
const dockerPlatform = "components/platform/docker/";

/** Faults of one file, one line each. Pure. @param file path from the checkout on, with `/` */
export function faultsIn(file: string, text: string): string[] {
    const code = withoutComments(text);
    const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)].map(([, specifier = ""]) =>
        posix.normalize(posix.join(posix.dirname(file), specifier)),
    );
    const rule = rules.filter(({ of }) => file.startsWith(of)).sort((a, b) => b.of.length - a.of.length)[0];
    const forbidden = imports
        .filter((target) => rule !== undefined && !allowed(rule, file, target))
        .map((target) => `${file}: imports ${target}; ${rule?.says}`);
    const platform = imports
        .filter((target) => target.startsWith(dockerPlatform) && file.startsWith("components/") && !file.startsWith(dockerPlatform))
        .map((target) => `${file}: imports ${target}; components take a platform by its interface`);
    const used = words.flatMap(({ word, within, says }) => {
        const found = within.test(file) ? undefined : word.exec(code);
        return found ? [`${file}: has ${found[1] ?? found[2]}; ${says}`] : [];
    });
    return [...forbidden, ...platform, ...used];
}

function allowed({ may }: Rule, file: string, target: string): boolean {
    return roomOf(target) === roomOf(file) || may.some((beginning) => target.startsWith(beginning));
}

/** `scripts/stack`, `provider/plugin`; the first folder elsewhere. */
function roomOf(path: string): string {
    const [first = "", second = ""] = path.split("/");
    return first === "scripts" || first === "provider" ? `${first}/${second}` : first;
}

/** Doc comments show imports that are examples, and links to an API. */
function withoutComments(text: string): string {
    return text.replace(/\/\*\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** Faults of all files of this checkout. */
export function importFaults(directory = root): string[] {
    const inFolders = folders.flatMap((folder) =>
        readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
            .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
    );
    return ["index.ts", "program.ts", ...inFolders.sort()].flatMap((file) => faultsIn(file, readFileSync(join(directory, file), "utf8")));
}

if (process.argv[1]?.endsWith("importOrder.ts")) {
    const faults = importFaults();
    for (const fault of faults) console.error(`  ${fault}`);
    process.exitCode = faults.length > 0 ? 1 : 0;
}
