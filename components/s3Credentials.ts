/** Access to an S3 store, in the file that its clients read. */
import type * as pulumi from "@pulumi/pulumi";

/** Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
export function credentialsFile(accessKeyId: string, secretAccessKey: string): string {
    return `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

/** As {@link credentialsFile}. Secret. */
export function s3Credentials(access: { accessKeyId: string; secretAccessKey: pulumi.Output<string> }): pulumi.Output<string> {
    return access.secretAccessKey.apply((secret) => credentialsFile(access.accessKeyId, secret));
}
