// What somebody probably meant.
import { closest } from "fastest-levenshtein";

/** ` (did you mean "status"?)`, or nothing where there is nothing to choose from. */
export function didYouMean(typed: string, known: readonly string[]): string {
    return known.length > 0 ? ` (did you mean "${closest(typed, known)}"?)` : "";
}
