/** Where in an S3 store files are, as programs in containers are told. */
import type { Settings } from "../settings/index.ts";

export type Store = NonNullable<Settings["homeserver"]["media"]["s3"]>;

/** Paths in the containers of programs that connect to it. */
export const storePaths = { credentials: "/run/secrets/s3-credentials", authority: "/etc/synapse/s3-authority.pem" };

/** As the SDK's clients are made. */
export function storePlace({ endpoint, bucket, prefix, region }: Store) {
    return { bucket, prefix, endpoint_url: endpoint, region_name: region };
}

/** Names the files, which have what else the SDK needs. */
export function storeEnvironment({ authority }: Store): Record<string, string> {
    return {
        AWS_SHARED_CREDENTIALS_FILE: storePaths.credentials,
        ...(authority !== undefined && { AWS_CA_BUNDLE: storePaths.authority }),
    };
}

/** By path. */
export function storeFiles({ authority }: Store): Record<string, string> {
    return authority === undefined ? {} : { [storePaths.authority]: authority };
}
