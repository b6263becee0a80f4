/** What a preview says of one thing, before it is written as text. */

export type Operation = "created" | "changed" | "replaced" | "deleted" | "kept";

/** One value that differs. */
export interface Difference {
    /** As a person would write it: `members.alice`, `ports[0].external`; for a line of a file its path. */
    path: string;
    /** Absent: it was not there. */
    before?: unknown;
    /** Absent: it will not be there. */
    after?: unknown;
    /** Changed on the server by somebody, and put back by an update. */
    drift?: boolean;
}

export interface Change {
    operation: Operation;
    /** What it is, in a word or two: room, container, database. */
    kind: string;
    name: string;
    /** What is lost by it, for what holds data and is deleted or replaced. */
    loss?: string;
    /** What should be known beside the values, in a few words. */
    note?: string;
    differences: Difference[];
}

export interface Preview {
    stack: string;
    changes: Change[];
    /** One line each. */
    warnings: string[];
    /** Why it failed, one line each; empty where it did not. */
    failures: string[];
}
