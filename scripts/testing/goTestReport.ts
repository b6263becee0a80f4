/** Sums up `go test -json`. */
import type { Tally } from "./tally.ts";

interface GoEvent {
    Action: "run" | "pause" | "cont" | "pass" | "fail" | "skip" | "output" | "start" | "build-output" | "build-fail" | "bench";
    Package?: string;
    Test?: string;
    Output?: string;
    Elapsed?: number;
}

export class GoTestReport {
    private readonly results = new Map<string, "pass" | "fail" | "skip">();
    private readonly outputs = new Map<string, string[]>();
    private brokenPackages = 0;

    /** Takes one line; gives what a person should see of it now. */
    take(line: string): string | undefined {
        let event: GoEvent;
        try {
            event = JSON.parse(line);
        } catch {
            return line;
        }
        const key = `${event.Package ?? ""} ${event.Test ?? ""}`;
        if (event.Action === "build-output") {
            return event.Output?.trimEnd();
        }
        if (event.Action === "output") {
            const kept = this.outputs.get(key) ?? [];
            this.outputs.set(key, [...kept, event.Output ?? ""]);
            return undefined;
        }
        if (event.Action !== "pass" && event.Action !== "fail" && event.Action !== "skip") {
            return undefined;
        }
        if (event.Test) {
            this.results.set(key, event.Action);
            return `  ${{ pass: "✔", fail: "✖", skip: "-" }[event.Action]} ${event.Test} (${event.Elapsed ?? 0} s)${event.Action === "fail" ? `\n${this.output(key)}` : ""}`;
        }
        if (event.Action === "fail" && !this.hasFailedTest(event.Package ?? "")) {
            // It did not build, or its own set-up failed: that is a failure too, though no test has its name.
            this.brokenPackages += 1;
            return `  ✖ ${event.Package}\n${this.output(key)}`;
        }
        return undefined;
    }

    private output(key: string): string {
        return (this.outputs.get(key) ?? []).map((line) => `      ${line.trimEnd()}`).join("\n");
    }

    private hasFailedTest(name: string): boolean {
        return [...this.results].some(([key, result]) => result === "fail" && key.startsWith(`${name} `));
    }

    /** Tests that only group others are not counted. */
    tally(): Tally {
        const keys = [...this.results.keys()];
        const leaves = keys.filter((key) => !keys.some((other) => other.startsWith(`${key}/`)));
        const count = (wanted: string): number => leaves.filter((key) => this.results.get(key) === wanted).length;
        return { passed: count("pass"), failed: count("fail") + this.brokenPackages, skipped: count("skip") };
    }
}
