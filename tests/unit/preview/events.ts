/** Events as the engine sends them, with what a test is about. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";

export interface Step {
    op: StepEventMetadata["op"];
    type: string;
    name: string;
    parent?: string;
    before?: Record<string, unknown>;
    after?: Record<string, unknown>;
    /** Outputs before; default: the inputs. */
    outputs?: Record<string, unknown>;
    diffs?: string[];
    custom?: boolean;
    retainOnDelete?: boolean;
}

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::matrix-synapse::${type}::${name}`;

export function event(step: Step): EngineEvent {
    return { sequence: 0, timestamp: 0, resourcePreEvent: { metadata: metadata(step) } };
}

/** That reading the real thing found it changed. */
export function refreshed(step: Omit<Step, "op">): EngineEvent {
    const { before, after, ...rest } = metadata({ ...step, op: "refresh" }) as StepEventMetadata & Record<string, unknown>;
    const state = (properties: Record<string, unknown> = {}) => ({ ...rest.new, inputs: properties, outputs: properties });
    return {
        sequence: 0,
        timestamp: 0,
        resOutputsEvent: { metadata: { ...rest, old: state(step.before), new: state(step.after) } as StepEventMetadata },
    };
}

export function said(severity: "warning" | "error", message: string): EngineEvent {
    return { sequence: 0, timestamp: 0, diagnosticEvent: { severity, message, color: "never" } };
}

function metadata(step: Step): StepEventMetadata {
    const { op, type, name, parent = "", before, after, outputs, diffs, custom = true, retainOnDelete } = step;
    const urn = urnOf(type, name);
    const state = (inputs: Record<string, unknown>, found: Record<string, unknown>) => ({
        type,
        urn,
        custom,
        id: "1",
        parent,
        inputs,
        outputs: found,
        provider: "",
        retainOnDelete,
    });
    return {
        op,
        urn,
        type,
        provider: "",
        ...(diffs ? { diffs } : {}),
        ...(before || op === "delete" ? { old: state(before ?? {}, outputs ?? before ?? {}) } : {}),
        ...(op === "delete" ? {} : { new: state(after ?? {}, {}) }),
    };
}

export { urnOf };
