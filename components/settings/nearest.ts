/** Suggestions for mistyped names: one "did you mean" for settings and command line. */
import { closest, distance } from "fastest-levenshtein";

/** @returns the known name that was probably meant; undefined where every known name differs in more than half of its letters */
export function nearest(typed: string, known: readonly string[]): string | undefined {
    if (known.length === 0) return undefined;
    const name = closest(typed, known);
    return distance(typed, name) <= Math.max(2, name.length / 2) ? name : undefined;
}

/** ` (did you mean "status"?)` with the nearest name, however far it is, or nothing where no name is known. */
export function didYouMean(typed: string, known: readonly string[]): string {
    return known.length > 0 ? ` (did you mean "${closest(typed, known)}"?)` : "";
}
