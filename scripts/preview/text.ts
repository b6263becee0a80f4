/** A preview as Markdown: for a terminal, and for a comment on a pull request. */
import type { Change, Difference, Operation, Preview } from "./change.ts";
import { code, cut, cutBoth, valueText } from "./markdown.ts";
import { Hidden } from "./values.ts";

/** Characters; GitHub takes no comment of more than 65,536. */
const longestText = 60_000;
/** Differences that are shown of one thing. */
const mostDifferences = 30;

export function previewText(preview: Preview): string {
    const { stack, changes, warnings, failures } = preview;
    const parts: string[] = [];
    if (failures.length > 0) {
        parts.push(`### Preview of ${code(stack)}: failed`, list(failures));
    } else if (changes.length === 0) {
        parts.push(`### Preview of ${code(stack)}: no change`);
    } else {
        parts.push(`### Preview of ${code(stack)}: ${counts(changes)}`);
    }
    const lost = changes.filter(({ loss }) => loss);
    if (lost.length > 0) {
        const lines = lost.map(({ kind, name, operation, loss }) => `> - ${kind} ${code(name)} is ${operation}, losing ${loss}`);
        parts.push(["> [!CAUTION]", "> **This loses data.**", ...lines].join("\n"));
    }
    if (warnings.length > 0) parts.push(["> [!WARNING]", ...warnings.map((line) => `> - ${code(cutLine(line))}`)].join("\n"));
    if (changes.length > 0) parts.push(table(changes, longestText - parts.join("\n\n").length));
    return `${parts.join("\n\n")}\n`;
}

function counts(changes: Change[]): string {
    const shown: Operation[] = ["created", "changed", "replaced", "deleted", "kept"];
    return shown
        .map((operation) => ({ operation, number: changes.filter((change) => change.operation === operation).length }))
        .filter(({ number }) => number > 0)
        .map(({ operation, number }) => `${number} ${operation}`)
        .join(", ");
}

function list(lines: string[]): string {
    return lines.map((line) => `- ${code(cutLine(line))}`).join("\n");
}

/** Reasons are sentences: more of them is worth reading than of a value. */
function cutLine(line: string): string {
    return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function table(changes: Change[], room: number): string {
    const rows = ["| | what | change |", "|---|---|---|"];
    let length = rows.join("\n").length;
    for (const [index, change] of changes.entries()) {
        const row = `| ${change.loss ? `⚠️ **${change.operation}**` : change.operation} | ${change.kind} ${code(change.name)} | ${cell(change)} |`;
        length += row.length + 1;
        if (length > room - 200) {
            return [
                ...rows,
                "",
                `… and ${changes.length - index} more: \`make preview\` would be too long for one text here, \`pulumi preview\` shows all.`,
            ].join("\n");
        }
        rows.push(row);
    }
    return rows.join("\n");
}

function cell({ note, differences }: Change): string {
    const shown = differences.slice(0, mostDifferences);
    const more = differences.length - shown.length;
    const texts = shown.map((difference, index) => {
        // Lines of one file, one after the other: its name once.
        const again = index > 0 && difference.path === shown[index - 1]?.path;
        return differenceText(again ? { ...difference, path: "" } : difference);
    });
    return [...(note ? [note] : []), ...texts, ...(more > 0 ? [`… and ${more} more`] : [])].join("<br>");
}

function differenceText(difference: Difference): string {
    const { path, before, after, drift } = difference;
    const name = path === "" ? "" : `${pathText(path)}: `;
    const suffix = drift ? " (drift)" : "";
    if (before instanceof Hidden && after instanceof Hidden && before.text === after.text) {
        return `${name}${before.text}, changed${suffix}`;
    }
    if (!("before" in difference)) return `${name}${shownValue(after, "+ ")}${suffix}`;
    if (!("after" in difference)) return `${name}${shownValue(before, "− ")}${suffix}`;
    const [earlier, later] = cutBoth(text(before), text(after));
    return `${name}${framed(before, earlier)} → ${framed(after, later)}${suffix}`;
}

/** Most paths are plain words, read more easily as they are. */
function pathText(path: string): string {
    return /^[\w.[\]-]+$/.test(path) && !/_/.test(path) ? path : code(cut(path));
}

function shownValue(value: unknown, sign: string): string {
    return `${sign}${framed(value, cut(text(value)))}`;
}

function text(value: unknown): string {
    return shortened(valueText(value));
}

/** A hash says no more by its whole length. */
function shortened(value: string): string {
    return value.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]{28,}$/, "$1$2…");
}

function framed(value: unknown, shown: string): string {
    return value === undefined || value === "" || value instanceof Hidden ? shown : code(shown);
}
