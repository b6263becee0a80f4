/**
 * Which settings are secret. Pulumi hands a section over decrypted, and says only that something in it is secret; the stack's file
 * says what. Source: https://www.pulumi.com/docs/iac/concepts/secrets/
 */
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { isSecret } from "./meant.ts";

/** Keys from the section on, such as ["rooms", "lobby", "pinnedMessage"]. */
export type SecretPath = readonly string[];

/**
 * @param sections those of which Pulumi says that something in them is secret
 * @param file text of the stack's file, or undefined where the configuration comes from elsewhere: then all of a section is secret
 */
export function secretPaths(sections: readonly string[], file: string | undefined, project: string): SecretPath[] {
    const { config = {} } = (file === undefined ? {} : (parse(file) ?? {})) as { config?: Record<string, unknown> };
    return sections.flatMap((section) => {
        const found = encryptedIn(config[`${project}:${section}`] ?? config[section], [section]);
        return found.length > 0 ? found : [[section]];
    });
}

/** An encrypted value is written as {secure: …}. */
function encryptedIn(value: unknown, path: SecretPath): SecretPath[] {
    if (typeof value !== "object" || value === null) return [];
    const fields = Object.entries(value);
    if (fields.length === 1 && fields[0]?.[0] === "secure" && typeof fields[0][1] === "string") return [path];
    return fields.flatMap(([key, inner]) => encryptedIn(inner, [...path, key]));
}

/** The properties of an entry, those marked as secret that are, or have something in them that is. */
export function withSecretMarks<Inputs extends object>(inputs: Inputs, section: string, key: string, paths: readonly SecretPath[]): Inputs {
    const isSecret = (property: string) =>
        paths.some((path) => [section, key, property].every((part, at) => path[at] === undefined || path[at] === part));
    return Object.fromEntries(
        Object.entries(inputs).map(([property, value]) => [
            property,
            value !== undefined && isSecret(property) ? pulumi.secret(value) : value,
        ]),
    ) as Inputs;
}

/** Sections of which each resource marks what is secret. */
const marked = ["users", "bots", "rooms", "spaces"];

/** Settings that go into secret files, beside those whose names tell. */
const kept = /^(homeserver\.config\.|turn\.external\.username$)/;

/**
 * Settings that are given as secrets, but are written into configuration that previews and the state show.
 * A whole section stands there only where nothing says what in it is secret.
 */
export function shownAllTheSame(paths: readonly SecretPath[]): string[] {
    return paths
        .filter(([section = "", setting, ...rest]) => {
            if (setting === undefined || marked.includes(section)) return false;
            const path = [section, setting, ...rest];
            return !isSecret(path) && !kept.test(`${path.join(".")}.`.replace(/username\.$/, "username"));
        })
        .map((path) => path.join("."));
}
