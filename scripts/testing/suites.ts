/** Which test files there are. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../project/checkout.ts";
import { groupsOf, nameOf } from "./groups.ts";

/** Integration tests that together end in two minutes: they share one stack, and kill or rebuild nothing in it. */
export const quick: readonly string[] = ["gateway", "secrecy"];

/** Paths from the checkout on, sorted; none where there are no tests, as in an installed package. */
export function filesOf(kind: "unit" | "smoke" | "integration" | "reliability"): string[] {
    const directory = join(root, "tests", kind);
    if (!existsSync(directory)) return [];
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => join("tests", kind, name))
        .sort();
}

/** For a run that ends when its time is over: a group at a time, the one that `quick` is in and then the shorter ones first. */
export function integrationRuns(): string[][] {
    const runs = groupsOf(filesOf("integration")).map(({ files }) => files);
    const isQuick = (files: string[]) => files.some((file) => quick.includes(nameOf(file)));
    return [...runs.filter(isQuick), ...runs.filter((files) => !isQuick(files)).reverse()];
}
