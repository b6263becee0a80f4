/** Runs the tests of the stand-in plugins: they need a Docker engine and make PostgreSQL servers from our image. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { imageReference, offlineDir } from "../project/checkout.ts";
import { goEnvironment } from "../setup/goBuild.ts";
import { GoTestReport } from "./goTestReport.ts";

export async function testPlugins(): Promise<boolean> {
    const report = new GoTestReport();
    const child = execa("go", ["test", "-json", "-timeout", "15m", "./..."], {
        cwd: join(offlineDir, "plugins"),
        env: { ...goEnvironment, TEST_POSTGRES_IMAGE: imageReference("postgres") },
        stdin: "ignore",
        all: true,
        buffer: false,
        reject: false,
    });
    const reader = createInterface({ input: child.all });
    for await (const line of reader) {
        const shown = report.take(line);
        if (shown !== undefined) {
            console.log(shown);
        }
    }
    const result = await child;
    const tally = report.tally();
    if (result.failed && tally.failed === 0) {
        console.error(
            result.code === "ENOENT"
                ? "  Go is missing: install Go 1.26 or newer to test the plugins"
                : `  go test ended with status ${result.exitCode}`,
        );
        tally.failed = 1;
    }
    console.log(`  ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
    if (process.env.TEST_TALLY) {
        appendFileSync(process.env.TEST_TALLY, `${JSON.stringify(tally)}\n`);
    }
    return tally.failed === 0;
}

if (process.argv[1]?.endsWith("testPlugins.ts")) {
    process.exitCode = (await testPlugins()) ? 0 : 1;
}
