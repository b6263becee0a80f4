/** Limits on files that contradict each other, or that `homeserver.config` gives too. Pure. */
import { bytesOf } from "../../../matrix/byteSize.ts";
import { lifetime } from "../../../matrix/lifetime.ts";
import type { Fault } from "../fault.ts";
import type { ParsedSettings } from "../schema/index.ts";
import { isSecret } from "../secretValue.ts";
import type { Sections } from "./check.ts";

type Media = ParsedSettings["homeserver"]["media"];

/** ClamAV takes no larger file. Source: clamd.conf(5), MaxFileSize */
const mostScanned = "2000M";
/** Megabytes of memory with ClamAV's own signatures, which are loaded twice while they change. */
const leastWithPublished = 1536;

export function faultsInMedia({ homeserver }: Sections): Fault[] {
    if (!homeserver) return [];
    const { media, config } = homeserver;
    return [...faultsInLimits(media), ...faultsInScan(media), ...givenTwice(media, config)].map(({ path, message }) => ({
        path: `homeserver.${path}`,
        message,
    }));
}

function faultsInLimits({ uploadLimits, maxUpload }: Media): Fault[] {
    return uploadLimits.flatMap(({ period, maxSize }, index) => {
        const path = `media.uploadLimits.${index}`;
        const faults: Fault[] = [];
        if (bytesOf(maxSize) < bytesOf(maxUpload))
            faults.push({
                path: `${path}.maxSize`,
                message: `"${maxSize}" is less than one file may have, homeserver.media.maxUpload: "${maxUpload}"; raise this, or lower that`,
            });
        const rival = uploadLimits.find(
            (other, at) =>
                at !== index &&
                bytesOf(other.maxSize) <= bytesOf(maxSize) &&
                (lifetime(other.period) > lifetime(period) ||
                    (lifetime(other.period) === lifetime(period) && (bytesOf(other.maxSize) < bytesOf(maxSize) || at < index))),
        );
        if (rival)
            faults.push({
                path,
                message: `has no effect beside ${rival.maxSize} in ${rival.period}, which is reached first; remove it, or lower maxSize`,
            });
        return faults;
    });
}

function faultsInScan({ scan, maxUpload }: Media): Fault[] {
    if (!scan) return [];
    const faults: Fault[] = [];
    if (bytesOf(maxUpload) > bytesOf(mostScanned))
        faults.push({
            path: "media.maxUpload",
            message: `"${maxUpload}" is more than ClamAV can scan; at most ${mostScanned} with homeserver.media.scan`,
        });
    if (scan.signatures === undefined && scan.memory < leastWithPublished)
        faults.push({
            path: "media.scan.memory",
            message: `${scan.memory} is too small for ClamAV's own signatures; at least ${leastWithPublished}, or name others in homeserver.media.scan.signatures`,
        });
    return faults;
}

/** A stack that has these in `homeserver.config` keeps them there, as long as it does not use the settings. */
function givenTwice({ uploadLimits, retention, s3 }: Media, config: Record<string, unknown>): Fault[] {
    const kept = isMapping(config.media_retention) ? config.media_retention : {};
    const both: [setting: string, isSet: boolean, option: string, given: unknown][] = [
        ["media.uploadLimits", uploadLimits.length > 0, "media_upload_limits", config.media_upload_limits],
        ["media.retention.local", retention.local !== undefined, "media_retention.local_media_lifetime", kept.local_media_lifetime],
        ["media.retention.remote", retention.remote !== undefined, "media_retention.remote_media_lifetime", kept.remote_media_lifetime],
        ["media.s3", s3 !== undefined, "media_storage_providers", config.media_storage_providers],
        ["media.s3", s3 !== undefined, "backup_media_store_path", config.backup_media_store_path],
        ["media.s3", s3 !== undefined, "enable_local_media_storage", config.enable_local_media_storage],
    ];
    return both
        .filter(([, isSet, , given]) => isSet && given !== undefined && given !== null)
        .map(([setting, , option]) => ({ path: `config.${option}`, message: `is what homeserver.${setting} sets; keep one of them` }));
}

function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isSecret(value);
}
