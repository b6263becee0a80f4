/** A stack's file as text: one entry put in or taken out; comments and everything else stay. Pure. */
import { isDeepStrictEqual } from "node:util";
import { applyPatch, structuredPatch } from "diff";
import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/** The file cannot be changed as asked; the message says why, in one line. */
export class StackFileError extends Error {
    override name = "StackFileError";
}

type Path = readonly [string, ...string[]];
type Meaning = Record<string, unknown>;

/** @throws StackFileError if the text is not one YAML document with a mapping in it */
export function parseStackFile(text: string): unknown {
    return open(text).toJS() ?? {};
}

/**
 * @param path of the new entry; missing mappings above it are created
 * @throws StackFileError if there is an entry at the path, or something other than a mapping above it
 */
export function insertEntry(text: string, path: Path, value: unknown): string {
    const document = open(text);
    const key = path.at(-1) as string;
    const parent = mappingAt(document, path, true);
    if (pairOf(parent, key)) throw new StackFileError(`has ${path.join(".")} already`);
    // A comment after the last entry stays below the new one: it is usually about what follows.
    parent.comment = joined(parent.comment, takeCommentAfter(parent.items.at(-1)?.value));
    const before = written(document, text);
    // Braces are for empty mappings.
    if (parent.items.length === 0) parent.flow = false;
    parent.items.push(document.createPair(key, value, { aliasDuplicateObjects: false }));
    const expected = meaningOf(text);
    path.slice(0, -1).reduce<Meaning>((at, name) => {
        at[name] ??= {};
        return at[name] as Meaning;
    }, expected)[key] = value;
    return patched(text, before, written(document, text), expected);
}

/** @throws StackFileError if there is no entry at the path, or another part of the file refers to it */
export function removeEntry(text: string, path: Path): string {
    const document = open(text);
    const key = path.at(-1) as string;
    const parent = mappingAt(document, path, false);
    const pair = pairOf(parent, key);
    if (!pair) throw new StackFileError(`has no ${path.join(".")}`);
    const index = parent.items.indexOf(pair);
    const comment = joined(isNode(pair.key) ? pair.key.commentBefore : undefined, takeCommentAfter(pair.value));
    const next = parent.items[index + 1]?.key;
    if (isNode(next)) next.commentBefore = joined(comment, next.commentBefore);
    else parent.comment = joined(comment, parent.comment);
    if (isNode(pair.key)) pair.key.commentBefore = undefined;
    const before = written(document, text);
    parent.items.splice(index, 1);
    const expected = meaningOf(text);
    delete path.slice(0, -1).reduce<Meaning>((at, name) => at[name] as Meaning, expected)[key];
    return patched(text, before, written(document, text), expected);
}

function open(text: string): Document {
    const document = parseDocument(text);
    const [fault] = document.errors;
    if (fault) throw new StackFileError(`is not readable YAML: ${fault.message.split("\n")[0]?.replace(/:$/, "")}`);
    if (document.contents !== null && !isMap(document.contents) && !isEmpty(document.contents))
        throw new StackFileError("is not a mapping");
    return document;
}

/** The mapping that holds the path's last key. */
function mappingAt(document: Document, path: Path, create: boolean): YAMLMap {
    const missing = () => new StackFileError(`has no ${path.join(".")}`);
    if (!isMap(document.contents)) {
        if (!create) throw missing();
        document.contents = document.createNode({}) as unknown as Document["contents"];
    }
    let map = document.contents as unknown as YAMLMap;
    for (const key of path.slice(0, -1)) {
        const value = pairOf(map, key)?.value;
        if (isAlias(value)) throw new StackFileError(`says ${key} by the alias *${value.source}; make the change by hand`);
        if (!isMap(value) && !isEmpty(value)) {
            throw new StackFileError(`has something other than a mapping at ${key}; make the change by hand`);
        }
        if (!isMap(value) && !create) throw missing();
        map = isMap(value) ? value : newMapping(document, map, key);
    }
    return map;
}

function newMapping(document: Document, above: YAMLMap, key: string): YAMLMap {
    const map = document.createNode({}) as YAMLMap;
    if (above.items.length === 0) above.flow = false;
    const pair = pairOf(above, key);
    if (!pair) above.items.push(document.createPair(key, map) as Pair);
    else {
        // The comment on the line of an empty `key:` stays.
        if (isScalar(pair.value)) map.commentBefore = pair.value.comment;
        pair.value = map;
    }
    return map;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
    return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || (isScalar(value) && value.value === null);
}

/** Removes the comment after the last entry inside, and returns it. YAML's parser puts the comments before the next entry there. */
function takeCommentAfter(value: unknown): string | undefined {
    if (!isCollection(value) || value.flow) return undefined;
    const last = value.items.at(-1);
    const inner = takeCommentAfter(isPair(last) ? last.value : last);
    const comment = joined(inner, value.comment);
    value.comment = undefined;
    return comment;
}

function joined(...comments: (string | null | undefined)[]): string | undefined {
    return comments.filter((comment) => comment !== undefined && comment !== null).join("\n") || undefined;
}

/** @returns the document laid out anew, much as the text is. @throws StackFileError if an alias has lost its anchor */
function written(document: Document, text: string): string {
    const indent = /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
    const indentSeq = !/^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text);
    try {
        return document.toString({ lineWidth: 0, indent, indentSeq, flowCollectionPadding: !/\{[^\s}]/.test(text) });
    } catch (error) {
        throw new StackFileError(
            `cannot be changed by itself, because another part of it refers to this entry (${(error as Error).message})`,
        );
    }
}

/**
 * Puts the lines that differ into the text as it was written by hand. Where they do not fit in, the whole is laid out anew.
 * @throws StackFileError if the file would not mean what it should: anchors and merges can have that effect
 */
function patched(text: string, before: string, after: string, expected: Meaning): string {
    const patch = structuredPatch("", "", before, after, undefined, undefined, { context: 1 });
    for (const result of [applyPatch(text, patch), after]) {
        if (result !== false && isDeepStrictEqual(meaningOf(result), expected)) return result;
    }
    throw new StackFileError("is written in a way that this command cannot change safely; make the change by hand");
}

/** @returns copies where the text has aliases, so that a change of one entry that changes another as well is seen */
function meaningOf(text: string): Meaning {
    return JSON.parse(JSON.stringify(parseStackFile(text)));
}
