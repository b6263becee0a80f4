/** The part of homeserver.yaml about files, and the modules for Synapse that it needs. Pure but for reading their sources. */
import { readFileSync } from "node:fs";
import { storeEnvironment, storeFiles, storePlace } from "../../media/store.ts";
import { scannerAddress } from "../../scanner/address.ts";
import type { Settings } from "../../settings/index.ts";

type Media = Settings["homeserver"]["media"];

/** Where Synapse finds modules that are not in its image. */
const directory = "/etc/synapse/modules";

export function mediaOptions({ maxUpload, uploadLimits, retention, s3 }: Media) {
    const { local, remote } = retention;
    return {
        max_upload_size: maxUpload,
        ...(uploadLimits.length > 0 && {
            media_upload_limits: uploadLimits.map(({ period, maxSize }) => ({ time_period: period, max_size: maxSize })),
        }),
        ...((local !== undefined || remote !== undefined) && {
            media_retention: {
                ...(local !== undefined && { local_media_lifetime: local }),
                ...(remote !== undefined && { remote_media_lifetime: remote }),
            },
        }),
        ...(s3 && {
            media_storage_providers: [
                {
                    module: "s3_media.S3Media",
                    store_local: true,
                    store_remote: true,
                    // What is uploaded while the store is away stays on the disk, and follows later.
                    store_synchronous: false,
                    config: storePlace(s3),
                },
            ],
        }),
    };
}

/** @param given `homeserver.config`, whose modules come after the program's own */
export function withOwnModules(given: Record<string, unknown>, { scan }: Media): Record<string, unknown> {
    if (!scan) return given;
    const own = { module: "malware_scan.MalwareScan", config: { ...scannerAddress, on_failure: scan.onFailure } };
    return { ...given, modules: [own, ...(Array.isArray(given.modules) ? given.modules : [])] };
}

/** By path. */
export function moduleFiles({ scan, s3 }: Media): Record<string, string> {
    const names = [...(scan ? ["malware_scan.py"] : []), ...(s3 ? ["s3_media.py"] : [])];
    const source = (name: string) => readFileSync(new URL(`modules/${name}`, import.meta.url), "utf8");
    return { ...Object.fromEntries(names.map((name) => [`${directory}/${name}`, source(name)])), ...(s3 && storeFiles(s3)) };
}

export function modulesEnvironment({ scan, s3 }: Media): Record<string, string> {
    return scan || s3 ? { PYTHONPATH: directory, ...(s3 && storeEnvironment(s3)) } : {};
}
