/** What differs between two values, down to the single entry and line. */
import { diffArrays } from "diff";
import type { Difference } from "./change.ts";
import { isProperties } from "./values.ts";

/** In the order of keys. Two secrets are taken for equal: the engine masks them. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
    if (Object.is(before, after)) return [];
    const [earlier, later] = [structured(before), structured(after)];
    if (isProperties(earlier) && isProperties(later)) {
        const keys = [...new Set([...Object.keys(earlier), ...Object.keys(later)])].sort();
        return keys.flatMap((key) => differences(earlier[key], later[key], joined(path, key)));
    }
    if (Array.isArray(earlier) && Array.isArray(later)) return entryDifferences(earlier, later, path);
    if (typeof earlier === "string" && typeof later === "string" && earlier.includes("\n") && later.includes("\n")) {
        return lineDifferences(earlier, later, path);
    }
    return [difference(path, before, after)];
}

/** JSON in a text is compared by its values, so that an order of keys is no difference. */
function structured(value: unknown): unknown {
    if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

/** A path as a person would write it. */
export function joined(path: string, key: string): string {
    if (path === "") return key;
    return /^[\w@:!#-]+$/.test(key) ? `${path}.${key}` : `${path}[${key}]`;
}

function difference(path: string, before: unknown, after: unknown): Difference {
    return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

/** Entries of the same length are compared one by one, others by what was taken out and put in. */
function entryDifferences(before: unknown[], after: unknown[], path: string): Difference[] {
    if (before.length === after.length) {
        return before.flatMap((entry, index) => differences(entry, after[index], `${path}[${index}]`));
    }
    const comparator = (one: unknown, other: unknown): boolean => differences(one, other).length === 0;
    return diffArrays(before, after, { comparator }).flatMap(({ added, removed, value }) =>
        added || removed ? value.map((entry) => (added ? difference(path, undefined, entry) : difference(path, entry, undefined))) : [],
    );
}

/** Only the lines that changed. A line of YAML whose value changed is one difference of its key. */
function lineDifferences(before: string, after: string, path: string): Difference[] {
    const parts = diffArrays(before.split("\n"), after.split("\n"));
    return parts.flatMap(({ added, removed, value }, index) => {
        const next = parts[index + 1];
        const previous = parts[index - 1];
        if (removed && next?.added && next.value.length === value.length) {
            return value.map((line, position) => lineDifference(path, line, next.value[position] ?? ""));
        }
        if (added && previous?.removed && previous.value.length === value.length) return [];
        if (added) return value.map((line) => difference(path, undefined, line.trim()));
        return removed ? value.map((line) => difference(path, line.trim(), undefined)) : [];
    });
}

const yamlLine = /^\s*(?:- )?([\w.-]+):\s*(\S.*)$/;

function lineDifference(path: string, before: string, after: string): Difference {
    const [earlier, later] = [yamlLine.exec(before), yamlLine.exec(after)];
    if (earlier?.[1] && later && earlier[1] === later[1]) return difference(`${path}: ${earlier[1]}`, earlier[2], later[2]);
    return difference(path, before.trim(), after.trim());
}
