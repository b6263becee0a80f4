/** Whether there is anything to scan with where the settings say, before anything is touched. */
import type { Trial } from "../platform/trial.ts";
import type { Settings } from "../settings/index.ts";
import { given } from "./clamdConfig.ts";

/** Of the workload that scans. */
const user = { uid: 991, gid: 991 };

/** Writes one word: what it found. Source of the endings: clamscan(1), --database */
const look = `[ -r ${given} ] && [ -x ${given} ] || { echo unreadable; exit 0; }
cd ${given}
for file in *; do
  case $file in
    *.cvd|*.cld|*.cud|*.[hn]db|*.[hn]du|*.hsb|*.hsu|*.mdb|*.mdu|*.msb|*.msu|*.ldb|*.ldu|*.cbc|*.yar|*.yara)
      [ -r "$file" ] || { echo unreadable; exit 0; }
      echo found; exit 0 ;;
  esac
done
echo none
`;

export function scannerTrials({ homeserver, images }: Settings): Trial[] {
    const directory = homeserver.media.scan?.signatures;
    if (directory === undefined) return [];
    const setting = "homeserver.media.scan.signatures";
    const said: Record<string, string[]> = {
        unreadable: [
            `${setting}: the user that scans may not read ${directory} on the Docker host; run there: sudo chmod -R a+rX ${directory}`,
        ],
        none: [`${setting}: ${directory} on the Docker host has no signature files, such as main.cvd or own.ndb`],
    };
    return [
        {
            setting,
            image: images.clamav,
            imageSetting: "images.clamav",
            command: ["sh", "-euc", look],
            input: "",
            needs: { user, directory: { directory, path: given }, network: false },
            noDirectory: `${setting}: there is no directory ${directory} on the Docker host; make it there, with signature files in it`,
            faults: (output) => said[output.trim()] ?? [],
        },
    ];
}
