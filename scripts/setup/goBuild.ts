/** Builds a program from a Go module under offline/, only when its sources changed since the last time. */
import { mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { offlineDir, toolsDir } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { fingerprint, isStamped, stamp } from "./fingerprint.ts";
import { runLogged } from "./process.ts";
import type { Report, Step } from "./step.ts";

export interface GoProgram {
    title: string;
    /** Name of the stamp and of the log. */
    name: string;
    /** The module's folder under offline/. */
    module: string;
    /** Import path of the main package, or its path in the module. */
    main: string;
    output: string;
    /** `-X` settings: variable → value. */
    variables?: Record<string, string>;
    /** Build tags. */
    tags?: string[];
    /** Paths in the module that it is built from; go.mod and go.sum when it holds no code of its own. */
    sources?: string[];
}

// No cgo: the programs then run on any libc. No vcs stamp and no paths: the same sources give the same bytes anywhere.
export const goEnvironment = { CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false" };

export function goProgramPrint(program: GoProgram): string {
    const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `${name}=${value}`);
    const made = [program.main, ...variables, ...(program.tags ?? [])];
    return fingerprint(join(offlineDir, program.module), program.sources ?? ["go.mod", "go.sum"], made);
}

export function goStep(program: GoProgram): Step {
    return {
        title: program.title,
        done: async () => (isStamped(program.name, goProgramPrint(program), [program.output]) ? "already built" : undefined),
        run: (report) => build(program, report),
    };
}

async function build(program: GoProgram, report: Report): Promise<void> {
    await requireGo();
    const print = goProgramPrint(program);
    // Built aside and moved: an interrupted build leaves no half program, and no empty plugin folder that counts as installed.
    const built = join(toolsDir, "build", program.name);
    report("downloading modules");
    const total = await stalePackages(program);
    let compiled = 0;
    const flags = ["-s", "-w", ...Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`)];
    await runLogged("go", ["build", "-v", ...tagsOf(program), "-ldflags", flags.join(" "), "-o", built, program.main], {
        log: program.name,
        cwd: join(offlineDir, program.module),
        env: goEnvironment,
        onLine: (line) => {
            if (line.startsWith("go: downloading")) {
                report(line.slice("go: ".length));
            } else {
                compiled += 1;
                report(compiled < total ? `package ${compiled} of ${total}` : "linking");
            }
        },
        next: "see why above; when a module could not be downloaded, check that the Go module proxy can be reached (`go env GOPROXY`), then run the same command again",
    });
    mkdirSync(dirname(program.output), { recursive: true });
    renameSync(built, program.output);
    stamp(program.name, print);
}

/** How many packages are to be compiled. Only for the progress shown, so that a failure here is left to the build to tell. */
async function stalePackages(program: GoProgram): Promise<number> {
    const result = await execa("go", ["list", "-deps", ...tagsOf(program), "-f", "{{if .Stale}}x{{end}}", program.main], {
        cwd: join(offlineDir, program.module),
        env: goEnvironment,
        reject: false,
    });
    return result.stdout?.match(/x/g)?.length ?? 0;
}

function tagsOf({ tags = [] }: GoProgram): string[] {
    return tags.length > 0 ? ["-tags", tags.join(",")] : [];
}

async function requireGo(): Promise<void> {
    const result = await execa("go", ["env", "GOVERSION"], { reject: false });
    const version = result.stdout?.match(/^go(\d+)\.(\d+)/);
    if (!version) {
        throw new Failure(
            "Go is missing, and Pulumi cannot be downloaded here, so it must be built: install Go 1.26 or newer (https://go.dev/dl) and put it on PATH",
        );
    }
    if (Number(version[1]) === 1 && Number(version[2]) < 26) {
        throw new Failure(
            `Go is ${result.stdout}, and 1.26 or newer is needed to build Pulumi here: install it (https://go.dev/dl) and put it first on PATH`,
        );
    }
}
