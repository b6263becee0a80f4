/** Rotated tokens are those of bots that are declared. Pure. */
import type { Fault } from "../fault.ts";
import { nearest } from "../nearest.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInRotation({ rotation }: Sections, { bots }: GivenAccounts): Fault[] {
    const known = Object.keys(bots);
    return Object.keys(rotation?.bots ?? {})
        .filter((key) => !Object.hasOwn(bots, key))
        .map((key) => {
            const near = nearest(key, known);
            const advice = near === undefined ? "remove the line" : `did you mean ${near}?`;
            return { path: `rotation.bots.${key}`, message: `is the key of no bot; ${advice}` };
        });
}
