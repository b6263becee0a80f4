/** The section `backup`: where everything that cannot be made again is stored. Pure. */
import { z } from "zod";
import { faultInLifetime } from "../../../matrix/lifetime.ts";
import { faultInRepository } from "../../backup/repository.ts";
import { faultInSchedule } from "../../backup/schedule.ts";
import { faultInHostDirectory } from "../hostDirectory.ts";
import { certificates, named } from "./valueTypes.ts";

export const backup = z.strictObject({
    repository: named(faultInRepository)
        .optional()
        .describe(
            "Where backups are stored, encrypted: a directory of the Docker host, such as /srv/backup, or an S3 store, such as s3:https://HOST/BUCKET. Default: no backups.",
        ),
    schedule: named(faultInSchedule)
        .default("03:15")
        .describe(
            'When the database is copied as a whole, in UTC: each day, such as "03:15", or each week, such as "Sun 03:15". What changes in between is stored all the time.',
        ),
    keep: named(faultInLifetime)
        .default("30d")
        .describe("For how long any moment can be restored, such as 30d. Older backups are deleted."),
    maxLoss: z
        .int()
        .min(10)
        .max(3600)
        .default(60)
        .describe("Seconds within which what the homeserver has acknowledged is in the repository."),
    include: z
        .array(named(faultInHostDirectory("/srv/bots")))
        .default([])
        .describe("Directories of the Docker host to store as well, such as the stores of encrypted bots: [/srv/bots]."),
    s3: z
        .strictObject({
            accessKeyId: z.string().min(1).describe("Access key of the S3 store."),
            secretAccessKey: z
                .string()
                .min(1)
                .describe("Its secret. Set it with: pulumi config set --secret --path backup.s3.secretAccessKey"),
            authority: certificates
                .optional()
                .describe("PEM of the authorities that signed the store's certificate. Default: the system's."),
        })
        .optional()
        .describe("Access to an S3 store."),
});
