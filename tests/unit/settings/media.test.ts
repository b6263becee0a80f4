import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

const faults = (media: object, config: object = {}) =>
    parseSettings({ serverName: "example.org", homeserver: { media, config } }).faults.map(({ path, message }) => `${path}: ${message}`);
const s3 = { endpoint: "https://s3.example.org", bucket: "chat-media", accessKeyId: "key", secretAccessKey: "secret" };

describe("the settings of files", () => {
    it("need not be given, and each may be given alone", () => {
        for (const media of [
            {},
            { maxUpload: "2G" },
            { uploadLimits: [{ period: "1h", maxSize: "50M" }] },
            {
                uploadLimits: [
                    { period: "1d", maxSize: "1G" },
                    { period: "1h", maxSize: "500M" },
                ],
            },
            { retention: { local: "1y" } },
            { retention: { remote: "12h" } },
            { scan: {} },
            { scan: { signatures: "/srv/signatures", memory: 64 } },
            { s3 },
            { s3: { ...s3, prefix: "a/b.c/", region: "eu-central-1", keepLocal: "1h", keepDeleted: "2w" } },
        ])
            assert.deepEqual(faults(media), [], JSON.stringify(media));
    });

    it("leave what a stack has in homeserver.config, unless the setting is given, too", () => {
        const given = {
            media_retention: { local_media_lifetime: "1y" },
            media_upload_limits: [{ time_period: "1d", max_size: "1G" }],
            media_storage_providers: [],
        };
        assert.deepEqual(faults({ retention: { remote: "30d" } }, given), []);
        assert.deepEqual(faults({ retention: { local: "30d" }, uploadLimits: [{ period: "1d", maxSize: "1G" }], s3 }, given), [
            "homeserver.config.media_upload_limits: is what homeserver.media.uploadLimits sets; keep one of them",
            "homeserver.config.media_retention.local_media_lifetime: is what homeserver.media.retention.local sets; keep one of them",
            "homeserver.config.media_storage_providers: is what homeserver.media.s3 sets; keep one of them",
        ]);
    });

    const wrong: [what: string, given: object, line: string][] = [
        [
            "a retention of nothing",
            { retention: { local: "0d" } },
            'homeserver.media.retention.local: "0d" is not a duration with its unit, such as 12h, 30d, 8w or 1y',
        ],
        [
            "a retention without a unit",
            { retention: { remote: "30" } },
            'homeserver.media.retention.remote: "30" is not a duration with its unit, such as 12h, 30d, 8w or 1y',
        ],
        [
            "a limit that no large file fits in",
            { maxUpload: "100M", uploadLimits: [{ period: "1h", maxSize: "50M" }] },
            'homeserver.media.uploadLimits.0.maxSize: "50M" is less than one file may have, homeserver.media.maxUpload: "100M"; raise this, or lower that',
        ],
        [
            "a limit that another one is always before",
            {
                uploadLimits: [
                    { period: "1h", maxSize: "1G" },
                    { period: "1d", maxSize: "1024M" },
                ],
            },
            "homeserver.media.uploadLimits.0: has no effect beside 1024M in 1d, which is reached first; remove it, or lower maxSize",
        ],
        [
            "two limits for one period",
            {
                uploadLimits: [
                    { period: "1d", maxSize: "2G" },
                    { period: "24h", maxSize: "1G" },
                ],
            },
            "homeserver.media.uploadLimits.0: has no effect beside 1G in 24h, which is reached first; remove it, or lower maxSize",
        ],
        [
            "a size without a unit",
            { uploadLimits: [{ period: "1d", maxSize: "1000" }] },
            'homeserver.media.uploadLimits.0.maxSize: "1000" is not a size with its unit, such as 50M',
        ],
        [
            "a scan without enough memory",
            { scan: { memory: 1024 } },
            "homeserver.media.scan.memory: 1024 is too small for ClamAV's own signatures; at least 1536, or name others in homeserver.media.scan.signatures",
        ],
        [
            "files that are too large to scan",
            { maxUpload: "2G", scan: {} },
            'homeserver.media.maxUpload: "2G" is more than ClamAV can scan; at most 2000M with homeserver.media.scan',
        ],
        [
            "another answer to a failure",
            { scan: { onFailure: "warn" } },
            'homeserver.media.scan.onFailure: "warn" is not one of refuse, allow',
        ],
        [
            "signatures at a relative path",
            { scan: { signatures: "signatures" } },
            'homeserver.media.scan.signatures: "signatures" is not a directory of the Docker host, such as /srv/signatures',
        ],
        [
            "a prefix without a slash at its end",
            { s3: { ...s3, prefix: "chat" } },
            'homeserver.media.s3.prefix: "chat" is not a folder of the bucket with a slash at its end, such as chat/',
        ],
        [
            "a URL for a bucket",
            { s3: { ...s3, bucket: "s3://chat" } },
            'homeserver.media.s3.bucket: "s3://chat" is not the name of a bucket, such as chat-media',
        ],
        [
            "nothing kept on the disk",
            { s3: { ...s3, keepLocal: "0d" } },
            'homeserver.media.s3.keepLocal: "0d" is not a duration with its unit, such as 12h, 30d, 8w or 1y',
        ],
    ];
    for (const [what, given, line] of wrong) it(`refuse ${what}`, () => assert.deepEqual(faults(given), [line]));

    it("refuse a store without its address or access", () => {
        assert.deepEqual(faults({ s3: {} }), [
            "homeserver.media.s3.endpoint: is missing",
            "homeserver.media.s3.bucket: is missing",
            "homeserver.media.s3.accessKeyId: is missing",
            "homeserver.media.s3.secretAccessKey: is missing",
        ]);
    });
});
