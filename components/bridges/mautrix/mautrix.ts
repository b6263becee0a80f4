/** The bridges of the mautrix family: one program and one configuration each. Pure. */
import type { MautrixBridges } from "../../settings/schema/bridges/mautrix.ts";
import type { BridgeFacts, BridgeKind } from "../kind.ts";
import { bridgeName, platforms } from "../platforms.ts";
import { mautrixConfig } from "./config.ts";
import { type MautrixPlatform, mautrixConfigPath, mautrixNetworks } from "./networks.ts";

export function mautrixKind<P extends MautrixPlatform>(platform: P): BridgeKind<P> {
    const { port, program } = mautrixNetworks[platform];
    return {
        // Not the image's entry script, which writes a registration of its own.
        command: [`/usr/bin/mautrix-${program}`, "--no-update", "--config", mautrixConfigPath],
        configuration: { [mautrixConfigPath]: (facts) => rendered(platform, facts) },
        health: { command: ["curl", "--fail", "--silent", "--show-error", `http://127.0.0.1:${port}/_matrix/mau/ready`], startSeconds: 60 },
        stopSeconds: 10,
    };
}

function rendered<P extends MautrixPlatform>(platform: P, facts: BridgeFacts<P>): string {
    const { serverName, homeserverUrl, users, admins, settings, database, secrets } = facts;
    const { localpart, namespace, port } = platforms[platform];
    const { databasePassword = "", pickleKey = "", provisioningSecret = "" } = secrets.generated;
    if (!database) throw new Error(`bridges.${platform}: has no database`);
    return mautrixConfig(
        platform,
        settings as MautrixBridges[P],
        {
            serverName,
            homeserverUrl,
            url: `http://${bridgeName(platform)}:${port}`,
            id: bridgeName(platform),
            localpart,
            namespace,
            users,
            admins,
            database,
        },
        {
            asToken: secrets.accessToken,
            hsToken: secrets.hsToken,
            databasePassword,
            pickleKey,
            provisioningSecret,
            ...(secrets.puppetToken !== "" && { doublePuppetToken: secrets.puppetToken }),
        },
    );
}
