/** The settings that were deployed before an update that failed, out of the history that Pulumi keeps. Pure. */
import { stringify } from "yaml";

/** Of `pulumi stack history --json`, the newest first. */
export interface Update {
    kind: string;
    result: string;
    /** RFC 3339. */
    startTime: string;
    config?: Record<string, { value?: string; objectValue?: unknown; secret?: boolean }>;
}

type Config = Record<string, unknown>;
export type Path = (string | number)[];

export interface Former {
    deployed: string;
    /** By key with its namespace; secrets in the clear. */
    config: Config;
    /** Keys whose value is a secret, or holds one. */
    secretKeys: string[];
}

/** The last update that ended well; undefined where there was none. */
export function formerOf(history: readonly Update[]): Former | undefined {
    const update = history.find(({ kind, result }) => kind === "update" && result === "succeeded");
    if (!update) return undefined;
    const entries = Object.entries(update.config ?? {});
    return {
        deployed: update.startTime.replace(/\.\d+Z$/, "Z"),
        config: Object.fromEntries(entries.map(([key, { value, objectValue }]) => [key, objectValue ?? value])),
        secretKeys: entries.filter(([, { secret }]) => secret).map(([key]) => key),
    };
}

/** @param ran what ran before, by its key: another version of this program has other defaults */
export function withImages(former: Former, key: string, ran: Record<string, string>): Former {
    const images = { ...ran, ...(former.config[key] as object | undefined) };
    return { ...former, config: { ...former.config, [key]: images } };
}

/**
 * Secrets only go forward: what has taken a new one already would refuse the one before.
 * @param keys of the sections, with their namespace
 * @param rotation as it is now
 */
export function withRotation(former: Former, keys: { rotation: string; bots: string }, rotation: unknown): Former {
    if (typeof rotation !== "object" || rotation === null) return former;
    const declared = (former.config[keys.bots] ?? {}) as Config;
    const bots = Object.entries((rotation as { bots?: object }).bots ?? {}).filter(([key]) => Object.hasOwn(declared, key));
    return { ...former, config: { ...former.config, [keys.rotation]: { ...rotation, bots: Object.fromEntries(bots) } } };
}

/**
 * What ran before, where the settings do not say: of a part that failed, the image that is in the state and that nothing uses any more, as
 * an update that fails removes nothing; of the others, what they run.
 * @param known names of the images in the state
 * @param used by the key of `images`
 * @param failed keys of the images of parts that did not come up
 */
export function formerImages(known: readonly string[], used: Record<string, string>, failed: readonly string[]): Record<string, string> {
    const left = known.filter((name) => !Object.values(used).includes(name));
    const found = Object.entries(used).map(([key, now]) => {
        const former = left.filter((name) => repository(name) === repository(now));
        return [key, failed.includes(key) && former.length === 1 ? (former[0] as string) : now];
    });
    return Object.fromEntries(found);
}

function repository(reference: string): string {
    return reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

/** A stack's file, and the secrets that belong into it. */
export interface SplitFile {
    text: string;
    secrets: { key: string; path: Path; value: string }[];
}

/**
 * @param current the stack's file as it is now: what is in it besides the settings, such as the salt of its secrets, and which of the
 * settings are secrets
 */
export function asFile({ config, secretKeys }: Former, current: { config?: Config; [key: string]: unknown }): SplitFile {
    const secrets: SplitFile["secrets"] = [];
    const split = (key: string, value: unknown, now: unknown, path: Path): unknown => {
        if (typeof value === "string") {
            if (typeof now === "string") return value;
            secrets.push({ key, path, value });
            return undefined;
        }
        if (typeof value !== "object" || value === null) return value;
        const inner = (name: string | number) => (typeof now === "object" && now !== null ? (now as Config)[name] : undefined);
        if (Array.isArray(value)) return value.map((one, index) => split(key, one, inner(index), [...path, index]) ?? "");
        const fields = Object.entries(value).map(([name, one]) => [name, split(key, one, inner(name), [...path, name])]);
        return Object.fromEntries(fields.filter(([, one]) => one !== undefined));
    };
    const settings = Object.entries(config).map(([key, value]) => [
        key,
        secretKeys.includes(key) ? split(key, value, current.config?.[key], []) : value,
    ]);
    const kept = Object.fromEntries(settings.filter(([, value]) => value !== undefined));
    return { text: stringify({ ...current, config: kept }), secrets };
}
