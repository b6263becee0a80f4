/** Directories of the Docker host, as settings name them. Pure. */

/** @param text an absolute path */
export function faultInPath(text: string): string | undefined {
    if (text.split("/").some((part) => part === ".." || part === ".")) return "leads through . or ..; give the directory's plain path";
    // Docker takes a colon for the end of the path.
    return /[:,\s]/.test(text) ? "has a colon, a comma or a space, with which Docker mounts no directory; take another" : undefined;
}

/** @param example of one, for who gives something else */
export function faultInHostDirectory(example: string): (text: string) => string | undefined {
    return (text) => (/^(\/[^/]+)+$/.test(text) ? faultInPath(text) : `is not a directory of the Docker host, such as ${example}`);
}
