// Which test files there are.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../project/checkout.ts";

/** Integration tests that together end in two minutes: they share one stack, and kill or rebuild nothing in it. */
export const quick: readonly string[] = ["gateway", "secrecy"];

/** Paths from the checkout on, sorted; none where there are no tests, as in an installed package. */
export function filesOf(kind: "unit" | "smoke" | "integration"): string[] {
    const directory = join(root, "tests", kind);
    if (!existsSync(directory)) return [];
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => join("tests", kind, name))
        .sort();
}

/** What shares a stack runs together; everything else by itself, so that it can be left out when time is short. */
export function integrationRuns(): string[][] {
    const files = filesOf("integration");
    const shares = (file: string) => readFileSync(join(root, file), "utf8").includes("support/sharedStack.ts");
    const together = files.filter(shares);
    return [...(together.length > 0 ? [together] : []), ...files.filter((file) => !shares(file)).map((file) => [file])];
}
