/** Section `seeds`: scripts that run after a deployment. Pure. */
import { z } from "zod";
import { named } from "./valueTypes.ts";

export const seed = z.strictObject({
    script: named(faultInScript).describe(
        "TypeScript or JavaScript file in this project, such as seeds/welcome.ts. It runs again when its text changes.",
    ),
    as: z
        .string()
        .optional()
        .describe(
            "The account that it acts as, by key of bots, or the administrator. It runs again as another account. Default: the administrator.",
        ),
    timeout: z.int().min(1).max(3600).default(120).describe("Seconds after which the script is ended and `pulumi up` fails."),
});

function faultInScript(script: string): string | undefined {
    if (script.startsWith("/") || script.split("/").includes(".."))
        return "leads out of this project; give a path inside it, such as seeds/welcome.ts";
    if (!/\.(ts|js|mjs)$/.test(script)) return "is not a script; use ts, js or mjs";
    // It stands in a command line.
    return /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(script) ? undefined : "has other characters than letters, digits, and . _ - /";
}
