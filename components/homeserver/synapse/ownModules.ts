/** Modules for Synapse that this program brings. Pure but for reading their sources. */
import { readFileSync } from "node:fs";
import { storeEnvironment, storeFiles } from "../../media/store.ts";
import { scannerAddress } from "../../scanner/address.ts";
import type { Settings } from "../../settings/index.ts";

type Media = Settings["homeserver"]["media"];

/** Where Synapse finds modules that are not in its image. */
const directory = "/etc/synapse/modules";

/** @param given `homeserver.config`, whose modules come after the program's own */
export function withOwnModules(given: Record<string, unknown>, { scan }: Media): Record<string, unknown> {
    const own = [
        { module: "drain.Drain", config: {} },
        ...(scan ? [{ module: "malware_scan.MalwareScan", config: { ...scannerAddress, on_failure: scan.onFailure } }] : []),
    ];
    return { ...given, modules: [...own, ...(Array.isArray(given.modules) ? given.modules : [])] };
}

/** By path. */
export function moduleFiles({ scan, s3 }: Media): Record<string, string> {
    const names = ["drain.py", ...(scan ? ["malware_scan.py"] : []), ...(s3 ? ["s3_media.py"] : [])];
    const source = (name: string) => readFileSync(new URL(`modules/${name}`, import.meta.url), "utf8");
    return { ...Object.fromEntries(names.map((name) => [`${directory}/${name}`, source(name)])), ...(s3 && storeFiles(s3)) };
}

export function modulesEnvironment({ s3 }: Media): Record<string, string> {
    return { PYTHONPATH: directory, ...(s3 && storeEnvironment(s3)) };
}
