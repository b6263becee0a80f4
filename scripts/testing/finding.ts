/** One row of the table that `make test-reliability` ends in. */

export interface Finding {
    /** Such as "kill -9 of the database". */
    tried: string;
    /** How often. */
    times: number;
    /** Things acknowledged that are not there afterwards, or attacks that succeeded: 0 is right. */
    lost: number;
    /** Figures, such as "without service: p50 1.2 s, max 3.4 s". */
    seen: string;
}
