/** What an image is made from, as one hash. The image carries it as a label, so that nothing is built twice. */
import { join } from "node:path";
import { type ImageName, offlineDir, type Versions } from "../project/checkout.ts";
import { fingerprint } from "./fingerprint.ts";

export const recipeLabel = "matrix-synapse.recipe";

/** Changes with the recipe's files, its version, and (for all but the base) the recipe of the image that it is built on. */
export function recipeHash(name: ImageName, versions: Versions, directory = join(offlineDir, "images")): string {
    if (name === "base") {
        return fingerprint(directory, [], ["base", versions.suite, ...baseArguments(versions)]);
    }
    const { tag, on = "base" } = versions.images[name];
    return fingerprint(directory, [name], [name, tag, recipeHash(on, versions, directory)]);
}

// What Debian's own small images leave out too; locale.alias stays because making a locale reads it.
const leftOut = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*"];

export function baseArguments(versions: Versions): string[] {
    return [
        "--variant=minbase",
        "--include=ca-certificates",
        ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
        "--dpkgopt=path-include=/usr/share/locale/locale.alias",
        versions.suite,
    ];
}
