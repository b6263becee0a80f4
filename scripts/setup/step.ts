/** What a step of the setup is. */

export type Report = (progress: string) => void;

export interface Step {
    title: string;
    /** Why there is nothing to do, or undefined when there is something. */
    done(): Promise<string | undefined>;
    run(report: Report): Promise<void>;
}

/** Steps one after the other; lanes run beside each other. */
export type Plan = (Step | Lane[])[];

export interface Lane {
    title: string;
    steps: Step[];
}
