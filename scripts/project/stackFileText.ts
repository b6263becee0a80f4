/**
 * A stack's file as text: one entry put in or taken out, every other byte left as it is. Pure.
 * The YAML library's Document says where things stand; it does not write the file, because it would indent and quote all of it anew.
 */
import { isDeepStrictEqual } from "node:util";
import { type CST, type Document, isAlias, isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from "yaml";

/** The file cannot be changed as asked; the message says why, in one line. */
export class StackFileError extends Error {
    override name = "StackFileError";
}

type Path = readonly [string, ...string[]];

/** @throws StackFileError if the text is not one YAML document with a mapping in it */
export function parseStackFile(text: string): unknown {
    return open(text).toJS() ?? {};
}

/**
 * @param path of the new entry; what is missing above it is made
 * @throws StackFileError if there is an entry at the path, or something that is no mapping above it
 */
export function insertEntry(text: string, path: Path, value: unknown): string {
    const document = open(text);
    const expected = copied((document.toJS() ?? {}) as Record<string, unknown>);
    setIn(expected, path, value);
    return verified(insertText(text, document, path, value), expected);
}

/** @throws StackFileError if there is no entry at the path, or another part of the file refers to it */
export function removeEntry(text: string, path: Path): string {
    const document = open(text);
    const expected = copied((document.toJS() ?? {}) as Record<string, unknown>);
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => (at[key] ?? {}) as Record<string, unknown>, expected);
    delete parent[path.at(-1) as string];
    return verified(removeText(text, document, path), expected);
}

function open(text: string): Document {
    const document = parseDocument(text, { keepSourceTokens: true });
    const [fault] = document.errors;
    if (fault) throw new StackFileError(`is not YAML that can be read: ${fault.message.split("\n")[0]?.replace(/:$/, "")}`);
    if (document.contents !== null && !isMap(document.contents) && !isEmpty(document.contents)) throw new StackFileError("is no mapping");
    return document;
}

/** Anchors, merges and block scalars can make a splice mean something else; then the file stays as it was. */
function verified(text: string, expected: unknown): string {
    let meaning: unknown;
    try {
        meaning = open(text).toJS();
    } catch (error) {
        throw new StackFileError(
            `cannot be changed by itself, because another part of it refers to this entry (${(error as Error).message})`,
        );
    }
    if (!isDeepStrictEqual(meaning, expected)) {
        throw new StackFileError("is written in a way that this command cannot change safely; make the change by hand");
    }
    return text;
}

function insertText(text: string, document: Document, path: Path, value: unknown): string {
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    let map = document.contents;
    let holder: Pair | undefined;
    const above = [...path];
    while (isMap(map)) {
        const key = above[0] as string;
        const pair = pairOf(map, key);
        if (!pair) break;
        above.shift();
        if (above.length === 0) throw new StackFileError(`has ${path.join(".")} already`);
        if (isAlias(pair.value)) throw new StackFileError(`says ${pair.key} by the alias *${pair.value.source}; make the change by hand`);
        holder = pair;
        map = pair.value as typeof map;
    }
    const [key, ...below] = above as unknown as Path;
    const entry = { [key]: below.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) };
    const block = (indent: number, step: number) =>
        stringify(entry, { indent: step, lineWidth: 0, aliasDuplicateObjects: false })
            .trimEnd()
            .split("\n")
            .map((line) => (line ? " ".repeat(indent) + line : line))
            .join(eol);

    if (isMap(map) && map.items.length > 0) {
        const last = map.items.at(-1) as Pair;
        const end = endOf(last);
        if (map.flow) return splice(text, end, end, `, ${flow(entry)}`);
        const first = map.items[0] as Pair;
        const indent = columnOf(text, first);
        const step = stepWithin(text, map, indent) ?? (holder ? indent - columnOf(text, holder) : 2);
        return insertLines(text, end, block(indent, Math.max(step, 1)), eol);
    }
    if (!holder) return insertLines(text, text.length, block(0, 2), eol);
    if (map && !isEmpty(map))
        throw new StackFileError(`has something other than a mapping at ${String(holder.key)}; make the change by hand`);
    // An empty mapping, or nothing: what stands for it goes, a comment on its line stays.
    const column = columnOf(text, holder);
    const outer = document.contents;
    const step = isMap(outer) && column > 0 ? Math.max(1, stepWithin(text, outer, 0) ?? 2) : 2;
    const start = afterProperties(holder);
    const rest = isMap(map) || isScalar(map) ? endOf(holder) : start;
    const emptied = splice(text, start, Math.max(start, rest), "");
    return insertLines(emptied, start, block(column + step, step), eol);
}

function removeText(text: string, document: Document, path: Path): string {
    let map = document.contents;
    let holder: Pair | undefined;
    for (const key of path.slice(0, -1)) {
        const pair = isMap(map) ? pairOf(map, key) : undefined;
        if (!pair) throw new StackFileError(`has no ${path.join(".")}`);
        if (isAlias(pair.value)) throw new StackFileError(`says ${pair.key} by the alias *${pair.value.source}; make the change by hand`);
        holder = pair;
        map = pair.value as typeof map;
    }
    const pair = isMap(map) ? pairOf(map, path.at(-1) as string) : undefined;
    if (!isMap(map) || !pair) throw new StackFileError(`has no ${path.join(".")}`);
    if (map.flow) return removeFromFlow(text, map, pair);

    const start = lineStart(text, keyRange(pair)[0]);
    let end = lineEnd(text, endOf(pair));
    // Comments that are indented as part of the entry go with it.
    const inner = new RegExp(`^ {${columnOf(text, pair) + 1},}#[^\\n]*(\\n|$)`);
    for (let match = inner.exec(text.slice(end)); match; match = inner.exec(text.slice(end))) end += match[0].length;
    // The file keeps ending as it did.
    const from = end === text.length && !text.endsWith("\n") ? text.slice(0, start).replace(/\r?\n$/, "").length : start;
    const removed = splice(text, from, end, "");
    return map.items.length === 1 && holder ? splice(removed, afterProperties(holder), afterProperties(holder), " {}") : removed;
}

function removeFromFlow(text: string, map: YAMLMap, pair: Pair): string {
    const index = map.items.indexOf(pair);
    const next = map.items[index + 1];
    const previous = map.items[index - 1];
    if (next) return splice(text, keyRange(pair)[0], keyRange(next)[0], "");
    return splice(text, previous ? endOf(previous) : keyRange(pair)[0], endOf(pair), "");
}

/** Puts lines after the one that `offset` is on. */
function insertLines(text: string, offset: number, lines: string, eol: string): string {
    if (offset > 0 && text[offset - 1] === "\n") return splice(text, offset, offset, lines + eol);
    const rest = text.slice(offset);
    const at = offset + (/\r?\n/.exec(rest)?.index ?? rest.length);
    return text === "" ? lines + eol : splice(text, at, at, eol + lines);
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
    return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function keyRange(pair: Pair): [number, number] {
    const range = isScalar(pair.key) ? pair.key.range : undefined;
    if (!range) throw new StackFileError(`has a key that is no plain text, ${String(pair.key)}; make the change by hand`);
    return [range[0], range[1]];
}

/** Where the pair's value ends, comments after it left out. */
function endOf(pair: Pair): number {
    const { value } = pair;
    if (isMap(value) && !value.flow && value.items.length > 0) return endOf(value.items.at(-1) as Pair);
    if (isScalar(value) && value.source === "") return afterProperties(pair);
    const range = (value as { range?: [number, number, number] } | null)?.range;
    return range ? trimmed(pair, range) : afterProperties(pair);
}

/** A block sequence's range may take in blank lines and comments; its tokens tell where the last item ends. */
function trimmed(pair: Pair, range: [number, number, number]): number {
    const items = (pair.value as { items?: unknown[]; flow?: boolean }).items;
    const last = items?.at(-1) as { range?: [number, number, number]; items?: Pair[]; flow?: boolean } | undefined;
    if (!items || (pair.value as { flow?: boolean }).flow || !last) return range[1];
    if (isMap(last) && !last.flow && last.items.length > 0) return endOf(last.items.at(-1) as Pair);
    return last.range?.[1] ?? range[1];
}

/** The end of `key:` with an anchor or a tag after it. */
function afterProperties(pair: Pair): number {
    const tokens = (pair.srcToken as { sep?: CST.SourceToken[] } | undefined)?.sep ?? [];
    const last = tokens.filter(({ type }) => type === "map-value-ind" || type === "anchor" || type === "tag").at(-1);
    return last ? last.offset + last.source.length : keyRange(pair)[1];
}

function columnOf(text: string, pair: Pair): number {
    const [offset] = keyRange(pair);
    const before = text.slice(lineStart(text, offset), offset).replace(/^\uFEFF/, "");
    if (before.trim() !== "") throw new StackFileError(`has something before ${String(pair.key)} on its line; make the change by hand`);
    return before.length;
}

/** By how much the first nested mapping is indented. */
function stepWithin(text: string, map: YAMLMap, indent: number): number | undefined {
    for (const { value } of map.items) {
        if (isMap(value) && !value.flow && value.items[0]) return columnOf(text, value.items[0] as Pair) - indent;
    }
    return undefined;
}

function isEmpty(node: unknown): boolean {
    return (isScalar(node) && node.value === null) || (isMap(node) && node.items.length === 0);
}

function flow(entry: Record<string, unknown>): string {
    const text = stringify(entry, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false, aliasDuplicateObjects: false });
    return text.trim().slice(1, -1);
}

/** Aliases become copies, so that a change of one thing that would change another as well is seen. */
function copied<T>(value: T): T {
    if (Array.isArray(value)) return value.map(copied) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T;
}

function setIn(target: Record<string, unknown>, path: Path, value: unknown): void {
    const [key, next, ...rest] = path;
    if (next === undefined) target[key] = value;
    else {
        const inner = target[key];
        const at: Record<string, unknown> = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
        target[key] = at;
        setIn(at, [next, ...rest], value);
    }
}

function lineStart(text: string, offset: number): number {
    return text.lastIndexOf("\n", offset - 1) + 1;
}

/** After the line's end; a block scalar's value has taken that in already. */
function lineEnd(text: string, offset: number): number {
    if (offset > 0 && text[offset - 1] === "\n") return offset;
    const end = text.indexOf("\n", offset);
    return end === -1 ? text.length : end + 1;
}

function splice(text: string, from: number, to: number, put: string): string {
    return text.slice(0, from) + put + text.slice(to);
}
