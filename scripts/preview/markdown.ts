/** Text that is safe to stand in a table of GitHub's Markdown, and readable in a terminal. Source: https://github.github.com/gfm/ */
import { Hidden } from "./values.ts";

/** Characters of a value that are shown. */
const longest = 100;
/** Characters before the first difference that are shown, where a value must be cut. */
const context = 20;

/** A value as a person would write it. */
export function valueText(value: unknown): string {
    if (value instanceof Hidden) return value.text;
    if (value === undefined) return "(none)";
    if (value === "") return "(empty)";
    return typeof value === "string" ? value : JSON.stringify(value, (_, inner) => (inner instanceof Hidden ? inner.text : inner));
}

/** Two long values are cut so that what differs is seen. */
export function cutBoth(before: string, after: string): [string, string] {
    let same = 0;
    while (same < before.length && before[same] === after[same]) same += 1;
    const skip = Math.max(before.length, after.length) > longest ? Math.max(0, same - context) : 0;
    return [cut(before, skip), cut(after, skip)];
}

export function cut(text: string, skip = 0): string {
    const kept = wholeCharacters(text.slice(skip, skip + longest));
    const rest = text.length - skip - kept.length;
    return `${skip > 0 ? "…" : ""}${kept}${rest > 0 ? `… (${text.length} characters)` : ""}`;
}

/** Half of an emoji is no character. */
function wholeCharacters(text: string): string {
    return text.replace(/[\ud800-\udbff]$/, "").replace(/^[\udc00-\udfff]/, "");
}

/** As code, where nothing is formatting, a link or a mention. */
export function code(text: string): string {
    const visible = text.replace(/\n/g, "⏎").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
    if (visible.trim() === "") return `<code>${visible.replaceAll(" ", "&#32;")}</code>`;
    // Within a table a code span cannot hold every pipe and backtick, so there entities stand for them.
    if (!/[|`\\]|^ .* $/.test(visible)) return `\`${visible}\``;
    return `<code>${visible.replace(/[&<>|`\\*_[\]~@#:.]/g, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}

/** Characters that cannot be seen, or turn the direction of what follows. */
function escaped(character: string): string {
    // What joins emoji is seen by its effect.
    if (character === "\u200d") return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
