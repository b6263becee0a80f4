/** How a command prints its result. */
import { Option } from "commander";
import { stringify } from "yaml";
import { table } from "../../project/table.ts";
import { visible } from "../../project/visible.ts";

export const jsonOption = () => new Option("--json", "print the result as JSON");

/** The line for people, or all of it as JSON. */
export function printResult(json: boolean | undefined, line: string, result: Record<string, unknown>): void {
    console.log(json ? JSON.stringify(result) : line);
}

/** @param columns heading and text of each, for people */
export function printList<T extends object>(format: string, rows: T[], columns: Record<string, (row: T) => string>): void {
    if (format === "json") console.log(JSON.stringify(rows, undefined, 2));
    else if (format === "yaml") process.stdout.write(stringify(rows, { lineWidth: 0 }));
    else if (rows.length > 0) {
        const cells = rows.map((row) => Object.values(columns).map((text) => visible(text(row))));
        console.log(table([Object.keys(columns), ...cells]));
    }
}

export const yes = (fact: boolean) => (fact ? "yes" : "");
