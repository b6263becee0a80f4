/** Whether files can be stored where the settings say, before anything is touched. */
import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { Trial } from "../platform/trial.ts";
import { credentialsFile } from "../s3Credentials.ts";
import type { Settings } from "../settings/index.ts";
import { type Store, storeEnvironment, storeFiles, storePaths, storePlace } from "./store.ts";

const setting = "homeserver.media.s3";

export async function storeTrials({ homeserver, images, serverName }: Settings): Promise<Trial[]> {
    const { s3: store } = homeserver.media;
    if (!store) return [];
    const secret = await plain(store.secretAccessKey);
    return [
        {
            setting,
            image: images.synapse,
            imageSetting: "images.synapse",
            command: ["python3", "-c", readFileSync(new URL("look.py", import.meta.url), "utf8")],
            input: JSON.stringify({
                place: storePlace(store),
                environment: storeEnvironment(store),
                files: { ...storeFiles(store), [storePaths.credentials]: credentialsFile(store.accessKeyId, secret) },
            }),
            needs: { user: { uid: 0, gid: 0 }, network: true },
            faults: (output) => faultsIn(output, { store, serverName, image: images.synapse }),
        },
    ];
}

function plain(secret: pulumi.Output<string>): Promise<string> {
    return new Promise((resolve) => {
        secret.apply(resolve);
    });
}

type Asked = { store: Pick<Store, "endpoint" | "bucket" | "prefix">; serverName: string; image: string };

/** @param output of look.py */
export function faultsIn(output: string, { store: { endpoint, bucket, prefix }, serverName, image }: Asked): string[] {
    const [word = "", ...lines] = output.trim().split("\n");
    const said = lines.join(" ").replaceAll(/\?list-type=[^\s"]*/g, "");
    if (word === "mark")
        return said === "" || said === serverName
            ? []
            : [`${setting}.bucket: ${bucket}${prefix && `/${prefix}`} holds the files of ${said}; name another bucket, or another prefix`];
    if (word === "no provider")
        return [
            `images.synapse: ${image} has no storage provider, which ${setting} needs; build an image on it that has (docker build --build-arg BASE=${image} --tag NAME offline/images/synapse-s3), and name that`,
        ];
    if (/^(NoSuchBucket|404)$/.test(word)) return [`${setting}.bucket: there is no bucket ${bucket} at ${endpoint}; create it first`];
    if (/region/i.test(said)) return [`${setting}.region: the store is in another region: ${said}`];
    if (/access ?key|signature|access ?denied|forbidden|403/i.test(`${word} ${said}`))
        return [`${setting}: the store refuses this access key: ${said || word}`];
    return [`${setting}.endpoint: ${endpoint} does not answer as an S3 store: ${said || word}`];
}
