/** Where backups are stored, as the settings name it. Pure. */

const s3 = /^s3:https?:\/\/[^/?#\s@]+\/[a-z0-9][a-z0-9.-]+(\/[^\s?#]+)?$/;

/** Whether it is in an S3 store; else it is a directory. */
export function isS3(repository: string): boolean {
    return repository.startsWith("s3:");
}

export function faultInRepository(repository: string): string | undefined {
    if (isS3(repository))
        return s3.test(repository) ? undefined : "is not an S3 repository; write s3:https://HOST/BUCKET or s3:https://HOST/BUCKET/FOLDER";
    if (!repository.startsWith("/"))
        return "is neither a directory of the Docker host, such as /srv/backup, nor an S3 repository, such as s3:https://HOST/BUCKET";
    if (repository.split("/").some((part) => part === ".." || part === "."))
        return "leads through . or ..; give the directory's plain path";
    // Docker takes a colon for the end of the path.
    return /[:,\s]/.test(repository) ? "has a colon, a comma or a space, with which Docker mounts no directory; take another" : undefined;
}
