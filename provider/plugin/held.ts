/** Accounts and rooms that the state has already: a new resource for one would end in the removal of the old one. */

/**
 * @param holder name of the resource that the state has it as
 * @param removal what that resource's removal would do, at the end of the same run
 * @returns why it cannot be declared as another resource now, and what to do
 */
export function heldAlready(what: string, holder: string, removal: string): string {
    return `${what} is ${holder} of this stack so far, whose removal in the same run would ${removal}; if only its key changed, name the previous one with formerly; if not, remove the old entry, run pulumi up, and then declare the new one`;
}
