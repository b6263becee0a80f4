/** A secret file for a running container, and a signal to read it: `docker exec`, so that a new one costs no restart. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { InstalledFile } from "../platform.ts";

/** Renamed, so that nobody reads half of it. The content comes on standard input, which no process list shows. */
const script = `set -eu
docker exec --interactive "$CONTAINER" sh -c 'umask 077 && cat > "$1.new" && mv "$1.new" "$1"' sh "$FILE"
docker exec "$CONTAINER" sh -c "$RELOAD"`;

export function installFile(name: string, { into, path, content, facts, reload }: InstalledFile, opts: pulumi.CustomResourceOptions) {
    return new command.local.Command(
        name,
        {
            create: script,
            // A change of any of these is an update, which runs the script again.
            environment: { CONTAINER: into.revision, FILE: path, RELOAD: reload.map(quoted).join(" "), ...facts },
            stdin: pulumi.secret(content),
            logging: command.local.Logging.None,
        },
        { ...opts, additionalSecretOutputs: ["stdout", "stderr"] },
    );
}

/** For a POSIX shell. */
function quoted(word: string): string {
    return `'${word.replaceAll("'", `'\\''`)}'`;
}
