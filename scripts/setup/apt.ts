/** Packages of Debian and Ubuntu, where one is missing and this user may install it. */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runLogged } from "./process.ts";
import type { Report } from "./step.ts";

/** As /etc/os-release names it, such as debian; empty where nothing does. */
export function distribution(): string {
    const text = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
    return text.match(/^ID="?([a-z]+)/m)?.[1] ?? "";
}

/** Where a program is that is started by its name alone. */
export function pathOf(program: string): string | undefined {
    const paths = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, program));
    return paths.find((path) => existsSync(path));
}

export interface AptOptions {
    /** Name of the log under .tools/logs. */
    log: string;
    /** What to do where the packages cannot be installed. */
    next: string;
}

/** Root only. @throws Failure with the last lines of apt and what to do */
export async function aptInstall(report: Report, packages: string[], { log, next }: AptOptions): Promise<void> {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    report("apt-get update");
    await runLogged("apt-get", ["update"], {
        log: "apt-update",
        env,
        next: "see why apt cannot read its package lists, then run the same command again",
    });
    report(`apt-get install ${packages[0]}`);
    await runLogged("apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
        log,
        env,
        onLine: (line) => report(line.slice(0, 80)),
        next,
    });
}
