/** The steps that get a Pulumi CLI, its Node.js language host and the plugins. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { builtBin, goModuleVersion, officialRoot, offlineDir, plugins } from "../project/checkout.ts";
import { environment } from "../project/environment.ts";
import { choosePulumi, minimumVersion, pluginDirectory, standInPath } from "../project/pulumi.ts";
import { type GoProgram, goStep } from "./goBuild.ts";
import { reaches } from "./reach.ts";
import type { Report, Step } from "./step.ts";

const cliVersion = goModuleVersion("cli", "github.com/pulumi/pulumi/pkg/v3");

// Without a version in it the CLI takes itself for a development build.
const versionVariable = { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": cliVersion };

const cliProgram: GoProgram = {
    title: "Pulumi CLI",
    name: "pulumi",
    module: "cli",
    main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    output: join(builtBin, "pulumi"),
    variables: versionVariable,
};

const languageHostProgram: GoProgram = {
    title: "Pulumi language host for Node.js",
    name: "pulumi-language-nodejs",
    module: "language-host",
    main: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    output: join(builtBin, "pulumi-language-nodejs"),
    variables: versionVariable,
};

const found = {
    user: `the pulumi on PATH (${minimumVersion} or newer)`,
    official: "official, already downloaded",
} as const;

function foundElsewhere(): string | undefined {
    const kind = choosePulumi()?.kind;
    return kind === "user" || kind === "official" ? found[kind] : undefined;
}

const cli: Step = {
    title: cliProgram.title,
    done: async () => foundElsewhere() ?? goStep(cliProgram).done(),
    run: async (report) => {
        if (!(await downloaded(report))) {
            await goStep(cliProgram).run(report);
        }
    },
};

const languageHost: Step = {
    title: languageHostProgram.title,
    done: async () => (foundElsewhere() ? "comes with the CLI" : goStep(languageHostProgram).done()),
    run: (report) => goStep(languageHostProgram).run(report),
};

async function downloaded(report: Report): Promise<boolean> {
    if (!(await reaches("https://get.pulumi.com"))) {
        return false;
    }
    report("downloading the official CLI");
    try {
        // Loaded only here: the SDK takes a second to load, and a finished setup does not need it.
        const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
        await PulumiCommand.install({ root: officialRoot });
        return true;
    } catch {
        rmSync(officialRoot, { recursive: true, force: true });
        report("the official CLI cannot be downloaded; building");
        return false;
    }
}

function pluginProgram(plugin: { name: string; version: string }): GoProgram {
    return {
        title: `stand-in plugin ${plugin.name}`,
        name: `plugin-${plugin.name}`,
        module: "plugins",
        main: `./cmd/pulumi-resource-${plugin.name}`,
        output: standInPath(plugin),
        variables: { [`matrix-synapse/offline/plugins/${plugin.name}.Version`]: plugin.version },
        sources: pluginSources(plugin.name),
    };
}

/** All of the module but the other plugins' own folders: a change in one rebuilds that one alone. */
function pluginSources(name: string): string[] {
    const apart = new Set(["cmd", ...plugins().map((plugin) => plugin.name)]);
    const shared = readdirSync(join(offlineDir, "plugins")).filter((entry) => !apart.has(entry));
    return [...shared, name, `cmd/pulumi-resource-${name}`].filter((path) => existsSync(join(offlineDir, "plugins", path)));
}

const pluginsStep: Step = {
    title: "Pulumi plugins",
    done: async () => {
        const kind = choosePulumi()?.kind;
        const all = plugins();
        if (kind !== "built" && all.every((plugin) => existsSync(pluginDirectory(officialHome(), plugin)))) {
            return "official, already installed";
        }
        const waiting = await Promise.all(all.map(async (plugin) => (await goStep(pluginProgram(plugin)).done()) === undefined));
        return waiting.some(Boolean) ? undefined : "stand-ins, already built";
    },
    run: async (report) => {
        const all = plugins();
        if (choosePulumi()?.kind !== "built" && (await installedOfficially(report))) {
            return;
        }
        for (const [index, plugin] of all.entries()) {
            const step = goStep(pluginProgram(plugin));
            const place = `${plugin.name} (${index + 1} of ${all.length})`;
            report(place);
            if ((await step.done()) === undefined) {
                await step.run((progress) => report(`${place}: ${progress}`));
            }
        }
    },
};

function officialHome(): string {
    return process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
}

async function installedOfficially(report: Report): Promise<boolean> {
    const { PULUMI_HOME: _, ...env } = environment();
    for (const plugin of plugins()) {
        report(`installing ${plugin.name} ${plugin.version}`);
        const install = await execa("pulumi", ["plugin", "install", "resource", plugin.name, `v${plugin.version}`], {
            env: { ...env, PULUMI_HOME: officialHome() },
            reject: false,
            timeout: 300_000,
        });
        if (install.failed) {
            return false;
        }
    }
    return true;
}

export const pulumiSteps: Step[] = [cli, languageHost, pluginsStep];
