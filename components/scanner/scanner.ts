/** ClamAV, which looks at every file before the homeserver keeps it. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../platform/platform.ts";
import type { Settings } from "../settings/index.ts";
import { clamdConfig, downloaded, freshclamConfig, given, paths } from "./clamdConfig.ts";

export interface ScannerArgs {
    /** The section `homeserver.media.scan` of the settings. */
    settings: NonNullable<Settings["homeserver"]["media"]["scan"]>;
    /** Largest upload, with its unit, such as 50M. */
    maxUpload: string;
    /** Image reference. */
    image: string;
    /** Platform that runs it. */
    platform: Platform;
}

export class Scanner extends pulumi.ComponentResource {
    readonly ready: pulumi.Resource;

    constructor(name: string, { settings, maxUpload, image, platform }: ScannerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:scanner:Scanner", name, {}, opts);
        const { signatures, memory } = settings;
        const own = signatures === undefined;
        const running = platform.run(
            name,
            {
                image,
                entrypoint: ["sh"],
                command: [paths.script, ...(own ? ["download", downloaded] : ["given"])],
                user: { uid: 991, gid: 991 },
                files: {
                    [paths.script]: readFileSync(new URL("scanner.sh", import.meta.url), "utf8"),
                    [paths.clamd]: clamdConfig({ maxUpload, ...(signatures !== undefined && { signatures }) }),
                    ...(own && { [paths.freshclam]: freshclamConfig() }),
                },
                // They can be downloaded again.
                volumes: own ? [{ volume: platform.volume(`${name}-signatures`, { parent: this, protect: false }), path: "/var/tmp" }] : [],
                directories: own ? [] : [{ directory: signatures, path: given }],
                health: { command: ["sh", paths.script, "healthy"], startSeconds: 90 },
                limits: { memory },
                stopSeconds: 5,
            },
            { parent: this },
        );
        this.ready = running.ready;
        this.registerOutputs({});
    }
}
