/** What the reliability tests found, for the one table that `make test-reliability` ends in. */
import { appendFileSync } from "node:fs";
import type { Finding } from "../../scripts/testing/finding.ts";

/** Adds a row, and prints it. Tests assert for themselves. */
export function record(finding: Finding): void {
    const { tried, times, lost, seen } = finding;
    console.log(`      ${tried}: ${times} times, ${lost} lost; ${seen}`);
    if (process.env.RELIABILITY_FINDINGS) appendFileSync(process.env.RELIABILITY_FINDINGS, `${JSON.stringify(finding)}\n`);
}
