/** The part of homeserver.yaml about files. Pure. */
import { storePlace } from "../../media/store.ts";
import type { Settings } from "../../settings/index.ts";

type Media = Settings["homeserver"]["media"];

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
