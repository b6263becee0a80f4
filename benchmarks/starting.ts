/**
 * What it costs to start a process of this project: CPU seconds from one compiled file, against TypeScript and packages read one by one.
 *
 *   node --import tsx benchmarks/starting.ts [TIMES]
 */
import { spawnSync } from "node:child_process";
import { root } from "../scripts/project/checkout.ts";

const [times = "11"] = process.argv.slice(2);

const entries: Record<string, string> = {
    "plugin for users and rooms": "provider/plugin/server.ts",
    "command line": "scripts/cli/main.ts",
    verification: "scripts/verify/verify.ts",
};
const outside = { "provider/plugin/server.ts": "/^(@matrix-org\\/matrix-sdk-crypto-wasm|matrix-sdk-crypto-native)$/" };

/** CPU seconds of a process that loads the module and ends. */
function measure(code: string): number {
    const report = "const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1e6)); process.exit(0);";
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", `${code} ${report}`], {
        cwd: root,
        encoding: "utf8",
    });
    if (!stdout) throw new Error(stderr);
    return Number(stdout);
}

function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

for (const [name, entry] of Object.entries(entries)) {
    const external = outside[entry as keyof typeof outside];
    const compiled = `const { compiled } = await import("./scripts/project/compiled.js"); await compiled("${entry}"${external ? `, ${external}` : ""});`;
    const readSingly = `const { register } = await import("tsx/esm/api"); register(); await import("./${entry}");`;
    measure(compiled);
    const runs = Array.from({ length: Number(times) }, () => [measure(readSingly), measure(compiled)] as const);
    const [before, after] = [median(runs.map(([each]) => each)), median(runs.map(([, each]) => each))];
    console.log(`${name}: ${before.toFixed(2)} s read one by one, ${after.toFixed(2)} s compiled; ratio ${(before / after).toFixed(1)}`);
}
