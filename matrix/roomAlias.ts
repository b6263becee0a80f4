/** Room aliases. Source: https://spec.matrix.org/v1.16/appendices/#room-aliases */

/**
 * The part of a room alias between # and the colon.
 * @returns what is wrong with it and what would be right, or undefined
 */
export function faultInAliasLocalpart(alias: string): string | undefined {
    if (alias === "") return "is empty";
    const foreign = /[\s:\0#]/.exec(alias);
    if (foreign) return `has ${JSON.stringify(foreign[0])} in it; give the part of the alias between # and the colon, such as lobby`;
    return undefined;
}
