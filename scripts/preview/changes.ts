/** From the engine's events to what a person needs to know: one change for each resource. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { foldedBridges } from "./bridges.ts";
import type { Change, Difference, Operation, Preview } from "./change.ts";
import { differences, joined } from "./differences.ts";
import { interruptedBy, kindOf, leftBy, lossOf, nameOf, shownOf } from "./kinds.ts";
import { plainLines } from "./lines.ts";
import { cleaned, isProperties, keysOf, type Properties, valueAt } from "./values.ts";

const operations: Record<string, Operation> = {
    create: "created",
    import: "created",
    update: "changed",
    replace: "replaced",
    delete: "deleted",
};

export function previewOf(stack: string, events: EngineEvent[]): Preview {
    const said = (severity: string): string[] => [
        ...new Set(
            events
                .filter(({ diagnosticEvent }) => diagnosticEvent?.severity === severity)
                .flatMap(({ diagnosticEvent }) => plainLines(diagnosticEvent?.message ?? "")),
        ),
    ];
    return { stack, changes: changesOf(events), warnings: said("warning"), failures: said("error").map(withoutWay) };
}

/** A reason that went through resources carries the way it took. */
function withoutWay(line: string): string {
    return line.replace(/^(error serializing property "[^"]*": )+/, "");
}

function changesOf(events: EngineEvent[]): Change[] {
    const steps = events.flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []));
    const refreshed = refreshedOutside(events);
    const things = steps.filter(
        (step) =>
            step.op in operations &&
            isThing(step.type) &&
            (step.new ?? step.old)?.custom &&
            !isVerificationRun(step) &&
            !isAccessLeft(step),
    );
    const bridges = foldedBridges(steps);
    const components = steps.filter(({ op, new: after }) => op === "update" && after && !after.custom);
    const changes = things
        .filter(({ urn }) => !bridges.within.has(urn))
        .map((step): Change => {
            const owned = components.filter((component) => explains(component, step)).flatMap(ownInputs);
            return changeOf(step, owned, refreshed.get(step.urn));
        });
    const alone = components
        .filter((component) => isThing(component.type) && !things.some((step) => explains(component, step)))
        .map((step): Change => ({ operation: "changed", ...named(step), differences: ownInputs(step) }))
        .filter(({ differences }) => differences.length > 0);
    return [...bridges.changes, ...changes, ...alone].sort(byWeight);
}

/** Providers are how things are done, and the stack's outputs follow from what is done. */
function isThing(type: string): boolean {
    return !type.startsWith("pulumi:");
}

/** The verification runs after every change, and is none itself. */
function isVerificationRun({ op, type, urn }: StepEventMetadata): boolean {
    return op === "update" && type === "command:local:Command" && urn.endsWith("::verification");
}

/** Who may enter a database is said by the database, which stays as it is or goes. */
function isAccessLeft({ op, type }: StepEventMetadata): boolean {
    return op === "delete" && type === "postgresql:index/grant:Grant";
}

/** A component says of the container in it what the container's own difference, a masked list of files, cannot. */
function explains(component: StepEventMetadata, { type, new: after, op }: StepEventMetadata): boolean {
    return type === "docker:index/container:Container" && /^(update|replace)$/.test(op) && after?.parent === component.urn;
}

/** A component's inputs stand for what its container gets as a file, which the engine masks. */
function ownInputs({ old, new: after }: StepEventMetadata): Difference[] {
    return differences(cleaned(old?.inputs ?? {}), cleaned(after?.inputs ?? {})).map((one) => ({
        ...one,
        path: one.path.replace(/^files\b\.?/, "").replace(/^\[(.*?)\]/, "$1"),
    }));
}

function named(step: StepEventMetadata): { kind: string; name: string } {
    const properties = cleaned((step.new ?? step.old)?.inputs ?? {}) as Properties;
    return { kind: kindOf(step.type, properties), name: nameOf(step.type, step.urn) };
}

function changeOf(step: StepEventMetadata, owned: Difference[], drift: Set<string> | undefined): Change {
    const { kind, name } = named(step);
    const operation = operations[step.op] ?? "changed";
    const change: Change = { operation, kind, name, differences: [] };
    if (operation === "created") {
        const inputs = cleaned(step.new?.inputs ?? {}) as Properties;
        change.differences = shownOf(step.type).flatMap((path) =>
            inputs[path] === undefined || inputs[path] === false ? [] : [{ path, after: inputs[path] }],
        );
        return change;
    }
    const before = cleaned({ ...step.old?.outputs, ...step.old?.inputs }) as Properties;
    if (operation === "deleted" && step.old?.retainOnDelete) {
        return { ...change, operation: "kept", note: "it stays, and is no longer looked after" };
    }
    if (operation === "deleted" || operation === "replaced") {
        const loss = step.old?.retainOnDelete ? undefined : lossOf(step.type, step.urn.split("::").at(-1) ?? "", before);
        if (loss) change.loss = loss;
        const note = operation === "deleted" ? (loss ? undefined : leftBy(step.type, before)) : interruptedBy(step.type, name);
        if (note) change.note = note;
    }
    if (operation !== "deleted") change.differences = [...owned, ...valueDifferences(step, drift, owned.length > 0)];
    return change;
}

/** What the provider says differs, with the values. */
function valueDifferences(step: StepEventMetadata, drift: Set<string> | undefined, explained: boolean): Difference[] {
    const inputs = { before: cleaned(step.old?.inputs ?? {}), after: cleaned(step.new?.inputs ?? {}) };
    const outputs = cleaned(step.old?.outputs ?? {});
    const told = Object.keys(step.detailedDiff ?? {});
    const paths = told.length > 0 ? told : (step.diffs ?? []).length > 0 ? (step.diffs ?? []) : changedKeys(inputs.before, inputs.after);
    const found = tops(withWholeLists(paths, inputs)).flatMap((path): Difference[] => {
        const after = valueAt(inputs.after, path);
        const shown = readablePath(path);
        const declared = differences(valueAt(inputs.before, path), after, shown);
        if (declared.length > 0) return declared.map((one) => ({ ...one, ...(isDrift(path, drift) ? { drift: true } : {}) }));
        // Nobody changed what is declared: the thing itself was changed.
        const actual = valueAt(outputs, path);
        const real = differences(onlyDeclared(actual, after), after, shown).map((one) => ({ ...one, drift: true }));
        if (real.length > 0) return real;
        return [{ path: shown, before: actual, after }];
    });
    return explained ? found.filter(({ path }) => !/^uploads\b/.test(path)) : found;
}

/** A list whose length changes is compared as a whole: a new first entry is one difference, not one for each entry after it. */
function withWholeLists(paths: string[], { before, after }: { before: unknown; after: unknown }): string[] {
    const whole = paths.map((path) => {
        const list = path.replace(/\[\d+\]$/, "");
        const [earlier, later] = [valueAt(before, list), valueAt(after, list)];
        return Array.isArray(earlier) && Array.isArray(later) && earlier.length !== later.length ? list : path;
    });
    return [...new Set(whole)];
}

/** The engine writes `members["@alice:example.org"]`. */
function readablePath(path: string): string {
    return keysOf(path).reduce((before, key) => (/^\d+$/.test(key) ? `${before}[${key}]` : joined(before, key)), "");
}

function isDrift(path: string, drift: Set<string> | undefined): boolean {
    return drift?.has(keysOf(path)[0] ?? "") ?? false;
}

function changedKeys(before: unknown, after: unknown): string[] {
    return [...new Set(differences(before, after).map(({ path }) => path.split(/[.[:]/)[0] ?? path))];
}

/** Paths that are not inside another one. */
function tops(paths: string[]): string[] {
    return paths
        .filter(
            (path) =>
                !path.startsWith("__") &&
                !paths.some((other) => other !== path && path.startsWith(other) && /^[.[]/.test(path.slice(other.length))),
        )
        .sort();
}

/** An output without what the provider filled in by itself. */
function onlyDeclared(actual: unknown, declared: unknown): unknown {
    if (Array.isArray(actual) && Array.isArray(declared)) return actual.map((entry, index) => onlyDeclared(entry, declared[index]));
    if (!isProperties(actual) || !isProperties(declared)) return actual;
    return Object.fromEntries(
        Object.keys(declared).flatMap((key) => (Object.hasOwn(actual, key) ? [[key, onlyDeclared(actual[key], declared[key])]] : [])),
    );
}

/** What reading the real things found changed: URN → properties. */
function refreshedOutside(events: EngineEvent[]): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const { resOutputsEvent } of events) {
        if (resOutputsEvent?.metadata.op !== "refresh") continue;
        const { urn, old, new: after } = resOutputsEvent.metadata;
        const changed = (["inputs", "outputs"] as const).flatMap((side) =>
            changedKeys(cleaned(old?.[side] ?? {}), cleaned(after?.[side] ?? {})),
        );
        found.set(urn, new Set(changed));
    }
    return found;
}

const weights: Operation[] = ["replaced", "deleted", "changed", "created", "kept"];

/** What loses data first, then what interrupts, then the rest; among equals by kind and name. */
function byWeight(one: Change, other: Change): number {
    const weight = ({ loss, operation }: Change): number => (loss ? 0 : 1 + weights.indexOf(operation));
    const label = ({ kind, name }: Change): string => `${kind} ${name}`;
    return weight(one) - weight(other) || (label(one) < label(other) ? -1 : 1);
}
