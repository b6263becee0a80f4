/** A bridge that comes or goes is one change, not one for each of the things that it is made of. Pure. */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { type BridgePlatform, bridgeName, platformNames, platforms } from "../../components/bridges/platforms.ts";
import type { Change } from "./change.ts";

export interface FoldedBridges {
    changes: Change[];
    /** URNs of steps that they stand for. */
    within: Set<string>;
}

/** What becomes of its database is shown by itself: it is lost, or kept. */
export function foldedBridges(steps: readonly StepEventMetadata[]): FoldedBridges {
    const restarts = steps.some(({ op, type, urn }) => op === "replace" && type === container && nameIn(urn) === "homeserver");
    const folded = platformNames.flatMap((platform) => {
        const name = bridgeName(platform);
        const whole = steps.find(({ type, urn }) => type === "matrix-synapse:bridges:Bridge" && nameIn(urn) === name);
        if (whole?.op !== "create" && whole?.op !== "delete") return [];
        const begins = [name, `application-service-${name}`, ...(whole.op === "create" ? [`database-${name}`] : [])];
        const parts = steps.filter((step) => step.op === whole.op && begins.some((begin) => isOf(begin, nameIn(step.urn))));
        return [{ platform, operation: whole.op, parts }];
    });
    return {
        changes: folded.map(({ platform, operation }): Change => {
            const { title, namespace }: BridgePlatform = platforms[platform];
            const what =
                operation === "create"
                    ? `to ${title}: its account, its tokens and its container`
                    : "its container and its tokens; its account, its rooms and what was said in them stay";
            const restart = restarts && namespace !== undefined ? "; the homeserver restarts, and requests wait for it" : "";
            const done = operation === "create" ? ("created" as const) : ("deleted" as const);
            return { operation: done, kind: "bridge", name: platform, note: `${what}${restart}`, differences: [] };
        }),
        within: new Set(folded.flatMap(({ parts }) => parts.map(({ urn }) => urn))),
    };
}

const container = "docker:index/container:Container";

function nameIn(urn: string): string {
    return urn.split("::").at(-1) ?? "";
}

function isOf(begin: string, name: string): boolean {
    return name === begin || name.startsWith(`${begin}-`);
}
