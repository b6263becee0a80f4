/** A room and who is in it. */
import * as pulumi from "@pulumi/pulumi";
import type { RoomRequest } from "../../scripts/content/room.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Settings } from "../settings/index.ts";
import type { Administrator } from "./administrator.ts";
import { contentCommand } from "./contentCommand.ts";

export interface RoomArgs {
    /** The room's key in the settings. */
    key: string;
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The entry under `rooms` of the settings. */
    settings: Settings["rooms"][string];
    /** Whose token is used. */
    administrator: Administrator;
    /** The accounts that must exist before they can be members. */
    membersReady: pulumi.Resource[];
    /** The homeserver it is brought to; must answer first. */
    homeserver: Homeserver;
}

export class Room extends pulumi.ComponentResource {
    /** With # and server name. */
    readonly alias: string;
    readonly roomId: pulumi.Output<string>;

    constructor(resourceName: string, args: RoomArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:content:Room", resourceName, {}, opts);
        const { key, serverName, settings, administrator, homeserver } = args;
        const { name, topic, visibility } = settings;
        this.alias = `#${settings.alias ?? key}:${serverName}`;
        const request: RoomRequest = {
            alias: this.alias,
            name,
            topic,
            visibility,
            encrypted: settings.encrypted ?? visibility === "private",
            members: Object.fromEntries(
                Object.entries(settings.members)
                    .sort(([a], [b]) => (a < b ? -1 : 1))
                    .map(([member, level]) => [`@${member}:${serverName}`, level]),
            ),
        };
        const room = contentCommand(
            resourceName,
            { script: "room", secretAnswer: false, homeserver, request, secrets: { accessToken: administrator.accessToken } },
            { parent: this, dependsOn: [homeserver.ready, ...args.membersReady] },
        );
        this.roomId = room.answer("roomId");
        this.registerOutputs({ roomId: this.roomId });
    }
}
