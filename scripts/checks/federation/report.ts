/** What a check found, step by step. Pure. */

export type State = "ok" | "warning" | "fault" | "skipped";

export type StepName =
    | "federation"
    | "server name"
    | "server well-known"
    | "SRV record"
    | "addresses"
    | "connection"
    | "TLS"
    | "certificate"
    | "deployed certificate"
    | "server keys"
    | "federation version"
    | "client well-known"
    | "client API"
    | "support well-known"
    | "sign-in"
    | "relay";

/** What was found, and what to do where that is not well. */
export interface Finding {
    /** warning: other servers and clients get through, and it should be put right all the same. */
    state: State;
    /** For people: what was found, and for a fault why it is one. */
    found: string;
    /** What to do about it. */
    advice?: string;
}

export interface Step extends Finding {
    step: StepName;
    /** The host or address that was looked at, where there may be several. */
    at?: string;
}

export interface Report {
    serverName: string;
    /** The worst state of any step; `skipped` counts as `ok`. */
    state: "ok" | "warning" | "fault";
    steps: Step[];
}

/** Of a stack whose settings do not say where to look. It is not well: nobody knows whether others get through. */
export const notChecked: Step = {
    step: "federation",
    state: "warning",
    found: "not checked: the stack's settings have faults",
    advice: "see them by `pulumi preview`, and correct them",
};

export function reportOf(serverName: string, steps: Step[]): Report {
    const worst = (["fault", "warning"] as const).find((state) => steps.some((step) => step.state === state));
    return { serverName, state: worst ?? "ok", steps };
}

/** "2 faults, 1 warning"; "no fault". */
export function summaryOf({ steps }: Pick<Report, "steps">): string {
    const count = (state: State) => steps.filter((step) => step.state === state).length;
    const counted = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
    const [faults, warnings] = [count("fault"), count("warning")];
    return [faults > 0 ? counted(faults, "fault") : "no fault", ...(warnings > 0 ? [counted(warnings, "warning")] : [])].join(", ");
}

/** A line for each step, and one for what to do. */
export function reportText(report: Report): string {
    const labels = report.steps.map(({ step, at }) => (at === undefined ? step : `${step}, ${at}`));
    const lines = report.steps.flatMap(({ state, found, advice }, index) => [
        `${state.padEnd(7)}  ${labels[index]}: ${found}`,
        ...(advice === undefined ? [] : [`${" ".repeat(9)}→ ${advice}`]),
    ]);
    return [`Federation of ${report.serverName}: ${summaryOf(report)}`, "", ...lines].join("\n");
}
