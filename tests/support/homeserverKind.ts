/** Which homeserver the stacks of a run have: HOMESERVER=dendrite, or else Synapse. */
import { refusals } from "../../components/settings/dendriteSupport.ts";

export const homeserverKind = process.env.HOMESERVER === "dendrite" ? "dendrite" : "synapse";

type Group = Record<string, unknown>;

/** The settings for this run's homeserver: for Dendrite without what it refuses, which the tests left out are about. */
export function forThisHomeserver<T extends object>(settings: T): T {
    // A stack that names its homeserver itself keeps it.
    if (homeserverKind === "synapse" || (settings as { homeserver?: Group }).homeserver?.kind !== undefined) return settings;
    const own = structuredClone(settings) as Group;
    own.homeserver = { ...(own.homeserver as object), kind: "dendrite" };
    for (const [pattern, { except }] of Object.entries(refusals)) takeOut(own, pattern.split("."), except);
    return own as T;
}

function takeOut(group: unknown, [key = "", ...rest]: string[], except: ((value: unknown) => boolean) | undefined): void {
    if (typeof group !== "object" || group === null) return;
    const entries = group as Group;
    for (const one of key === "*" ? Object.keys(entries) : [key]) {
        if (!(one in entries)) continue;
        if (rest.length > 0) takeOut(entries[one], rest, except);
        else if (!except?.(entries[one])) delete entries[one];
    }
}
