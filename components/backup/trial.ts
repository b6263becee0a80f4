/** Whether backups can be stored where the settings say, before anything is touched. */
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import type { Trial } from "../platform/trial.ts";
import { credentialsFile } from "../s3Credentials.ts";
import type { Settings } from "../settings/index.ts";
import { passwordsIn } from "./passwords.ts";
import { asInput, isS3, whyClosed, withSecrets } from "./repository.ts";

/** Of the workload that stores backups. */
const user = { uid: 991, gid: 991 };
const mounted = "/repository";

/** Writes one word a finding, and what restic says of the repository. */
const look = `${withSecrets}
export RESTIC_REPOSITORY="$1"
if [ "$1" = ${mounted} ]; then
  [ -w ${mounted} ] && [ -x ${mounted} ] || { echo unwritable; exit 0; }
  [ -e ${mounted}/config ] || [ -z "$(ls -A ${mounted})" ] || { echo foreign; exit 0; }
fi
mv /tmp/password /tmp/passwords
while read -r password || [ -n "$password" ]; do
  printf %s "$password" >/tmp/password
  timeout 30 /usr/bin/restic --no-lock --no-cache $trusted cat config >/tmp/found 2>&1 && { echo ours; exit 0; }
  grep -q 'wrong password' /tmp/found || break
done </tmp/passwords
echo said
cat /tmp/found
`;

export async function backupTrials({ backup, images }: Settings): Promise<Trial[]> {
    if (!backup) return [];
    const { repository, s3, include } = backup;
    const stack = pulumi.getStack();
    const directory = isS3(repository) ? undefined : { directory: repository, path: mounted };
    const [passwords, secret] = await Promise.all([ownPasswords(), s3 && plain(s3.secretAccessKey)]);
    const credentials = s3 && secret !== undefined ? credentialsFile(s3.accessKeyId, secret) : "";
    return [
        {
            setting: "backup.repository",
            image: images.restic,
            imageSetting: "images.restic",
            command: ["sh", "-euc", look, "look", directory ? mounted : repository],
            // Any other word opens nothing, and tells whether there is something to open.
            input: asInput({ password: passwords.join("\n") || "none", credentials, authority: s3?.authority }),
            needs: { user, ...(directory && { directory }), network: !directory },
            noDirectory: `backup.repository: there is no directory ${repository} on the Docker host; make it there: sudo install -d -o ${user.uid} -g ${user.gid} -m 700 ${repository}`,
            faults: (output) => faultsIn(output, { repository, stack }),
        },
        ...include.map((directory, index): Trial => {
            const setting = `backup.include.${index}`;
            return {
                setting,
                image: images.restic,
                imageSetting: "images.restic",
                command: ["true"],
                input: "",
                needs: { user, directory: { directory, path: mounted }, network: false },
                noDirectory: `${setting}: there is no directory ${directory} on the Docker host; make it, or take it out`,
                faults: () => [],
            };
        }),
    ];
}

/** Of the repository that the stack has already, also where an update was killed; none while it has none. Secret. */
async function ownPasswords(): Promise<string[]> {
    const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const words = ["stack", "export", "--show-secrets", "--stack", stack];
    const { exitCode, stdout } = await execa("pulumi", words, { reject: false, timeout: 30_000 });
    return exitCode === 0 ? passwordsIn(JSON.parse(stdout)) : [];
}

function plain(secret: pulumi.Output<string>): Promise<string> {
    return new Promise((resolve) => {
        secret.apply(resolve);
    });
}

/** @param output of the script above */
export function faultsIn(output: string, { repository, stack }: { repository: string; stack: string }): string[] {
    const [word, ...lines] = output.trim().split("\n");
    if (word === "ours") return [];
    if (word === "unwritable") return [unwritable(repository)];
    if (word === "foreign") return [`backup.repository: ${repository} has other files in it and no backups; name an empty directory`];
    const { why, reason } = whyClosed(lines.join("\n"));
    switch (why) {
        case "password":
            return [
                `backup.repository: ${repository} holds the backups of another server, or of a lost stack: restore that (make restore STACK=${stack} REPOSITORY=${repository} PASSWORD_FILE=…), or name another place`,
            ];
        case "unreadable":
            return [unwritable(repository)];
        case "bucket":
            return [`backup.repository: there is no such bucket: ${repository}; create it first`];
        case "access":
            return [`backup.s3: the store refuses this access key: ${reason}`];
        // Then one is made.
        case "nothing":
            return [];
        case "silent":
            return [`backup.repository: ${repository} does not answer: ${reason || "no answer within 30 s"}`];
    }
}

function unwritable(repository: string): string {
    return `backup.repository: the user that stores backups may not write to ${repository} on the Docker host; run there: sudo chown -R ${user.uid}:${user.gid} ${repository}`;
}
