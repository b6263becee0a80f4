/** Settings in, ClamAV's configuration out. Pure. Source: clamd.conf(5), freshclam.conf(5) of ClamAV 1.4 */
import { bytesOf } from "../../matrix/byteSize.ts";
import { scannerAddress } from "./address.ts";

/** Where downloaded signatures are. */
export const downloaded = "/var/tmp/signatures";
/** Where those are that a directory of the host has. */
export const given = "/signatures";
export const paths = { clamd: "/etc/scanner/clamd.conf", freshclam: "/etc/scanner/freshclam.conf", script: "/scanner.sh" };

/** What a link preview downloads at most. Synapse: max_spider_size */
const leastBytes = 10 * 1024 ** 2;
/** ClamAV's own default of MaxScanSize: what an archive may unpack to. */
const leastUnpackedBytes = 400 * 1024 ** 2;
/** A size has 32 bits in ClamAV. */
const mostUnpackedBytes = 4000 * 1024 ** 2;

export function clamdConfig({ maxUpload, signatures }: { maxUpload: string; signatures?: string }): string {
    const largest = Math.max(leastBytes, bytesOf(maxUpload));
    return lines({
        DatabaseDirectory: signatures === undefined ? downloaded : given,
        TCPSocket: scannerAddress.port,
        TCPAddr: "0.0.0.0",
        // Whatever Synapse takes is scanned as a whole, and what is beyond a limit all the same is not called clean.
        StreamMaxLength: largest,
        MaxFileSize: largest,
        MaxScanSize: Math.min(mostUnpackedBytes, Math.max(leastUnpackedBytes, 2 * largest)),
        MaxScanTime: 60_000,
        AlertExceedsMax: "yes",
        // Loading new ones beside the old would take twice the memory; scans wait for some seconds instead.
        ConcurrentDatabaseReload: "no",
        SelfCheck: 300,
        LogTime: "yes",
    });
}

export function freshclamConfig(): string {
    return lines({
        DatabaseDirectory: downloaded,
        DatabaseMirror: "database.clamav.net",
        Checks: 12,
        NotifyClamd: paths.clamd,
    });
}

function lines(options: Record<string, string | number>): string {
    return Object.entries(options)
        .map(([name, value]) => `${name} ${value}\n`)
        .join("");
}
