/** The part of the section `homeserver` about files that people send. Pure. */
import { z } from "zod";
import { faultInLifetime } from "../../../matrix/lifetime.ts";
import { faultInHostDirectory } from "../hostDirectory.ts";
import { certificates, httpUrl, megabytes, named } from "./valueTypes.ts";

const size = z.string().regex(/^[1-9][0-9]*[KMG]$/, { error: "is not a size with its unit, such as 50M" });

const uploadLimit = z.strictObject({
    period: named(faultInLifetime).describe("Time over which a user's uploads are added up, such as 1d (Synapse: time_period)."),
    maxSize: size.describe("Most that one user may upload in any such time, such as 500M (Synapse: max_size)."),
});

const retention = z
    .strictObject({
        local: named(faultInLifetime)
            .optional()
            .describe(
                "How long files that people here uploaded are kept after they were last looked at (Synapse: media_retention.local_media_lifetime). **Older ones are deleted for good**, avatars too. Default: for ever.",
            ),
        remote: named(faultInLifetime)
            .optional()
            .describe(
                "How long copies of other servers' files are kept after they were last looked at (Synapse: media_retention.remote_media_lifetime). They are fetched again when they are wanted. Default: for ever.",
            ),
    })
    .prefault({})
    .describe("How long files are kept.");

const scan = z.strictObject({
    onFailure: z
        .enum(["refuse", "allow"])
        .default("refuse")
        .describe(
            "What happens to a file that cannot be scanned, because the scanner is away or the file is beyond its limits. refuse: it is not taken, and people are asked to try again. allow: it is taken unscanned.",
        ),
    signatures: named(faultInHostDirectory("/srv/signatures"))
        .optional()
        .describe(
            "Directory of the Docker host with the signature files to scan with, which you keep up to date. Default: those that ClamAV publishes, downloaded and updated from database.clamav.net.",
        ),
    memory: megabytes(64, 2048).describe("Memory limit of the scanner's container, in MB. ClamAV's own signatures take about 1300."),
});

const s3 = z.strictObject({
    endpoint: httpUrl({ schemes: ["https", "http"], form: "origin" }).describe(
        "URL of the S3 store, such as https://s3.eu-central-1.amazonaws.com.",
    ),
    bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: "is not the name of a bucket, such as chat-media" })
        .describe("Bucket that files are stored in. It must be there."),
    prefix: z
        .string()
        .regex(/^([\w-][\w.-]*\/)*$/, { error: "is not a folder of the bucket with a slash at its end, such as chat/" })
        .default("")
        .describe("Folder in the bucket, with a slash at its end, such as chat/, where others use the bucket too. Default: none."),
    region: z
        .string()
        .regex(/^[a-z0-9-]+$/, { error: "is not a region, such as eu-central-1" })
        .default("us-east-1")
        .describe("Region of the store, which requests are signed for."),
    accessKeyId: z.string().min(1).describe("Access key of the store."),
    secretAccessKey: z
        .string()
        .min(1)
        .describe("Its secret. Set it with: pulumi config set --secret --path homeserver.media.s3.secretAccessKey"),
    authority: certificates.optional().describe("PEM of the authorities that signed the store's certificate. Default: the system's."),
    keepLocal: named(faultInLifetime)
        .default("30d")
        .describe("How long files stay on the server's own disk, too, after they were last looked at."),
    keepDeleted: named(faultInLifetime)
        .default("1d")
        .describe("How long the bucket keeps what the database no longer knows. At least as long as backups are kept (backup.keep)."),
});

export const media = z
    .strictObject({
        maxUpload: size.default("50M").describe("Largest upload (Synapse: max_upload_size)."),
        uploadLimits: z
            .array(uploadLimit)
            .default([])
            .describe("How much each user may upload in a period of time (Synapse: media_upload_limits). Default: no limit."),
        retention,
        scan: scan
            .optional()
            .describe("Has ClamAV look at every file before it is kept. Encrypted files cannot be scanned by any server. Default: off."),
        s3: s3
            .optional()
            .describe(
                "Stores files in an S3 store, too, so that the server's own disk need not hold all of them. The image of images.synapse needs synapse-s3-storage-provider. Default: the disk alone.",
            ),
    })
    .prefault({})
    .describe("Files that people send: limits, how long they are kept, where, and a scan for malware.");
