/** What a verification says to people: a line for each fault and warning. Pure. */
import type { State, Step } from "../checks/federation/report.ts";

export interface Outcome {
    faults: string[];
    warnings: string[];
}

export function outcomeOf(steps: readonly Step[]): Outcome {
    const lines = (wanted: State) => steps.filter(({ state }) => state === wanted).map(line);
    return { faults: lines("fault"), warnings: lines("warning") };
}

function line({ step, at, found, advice }: Step): string {
    const text = `${at === undefined ? step : `${step}, ${at}`}: ${found}${advice ? ` → ${advice}` : ""}`;
    return text.replace(/\s+/g, " ");
}
