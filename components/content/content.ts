/** What lives in the homeserver: its administrator, users, bots and rooms. */
import * as pulumi from "@pulumi/pulumi";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Settings } from "../settings/index.ts";
import { Account } from "./account.ts";
import { Administrator } from "./administrator.ts";
import { Room } from "./room.ts";

export interface ContentArgs {
    /** What is declared, and who administrates. */
    settings: Pick<Settings, "serverName" | "administrator" | "users" | "bots" | "rooms">;
    /** Makes accounts while registration is closed. Secret. */
    registrationSharedSecret: pulumi.Output<string>;
    /** The homeserver it is brought to; must answer first. */
    homeserver: Homeserver;
}

export class Content extends pulumi.ComponentResource {
    readonly administrator: Administrator;
    /** By key of the settings, the administrator left out. */
    readonly users: Record<string, { userId: string; password: pulumi.Output<string> }>;
    /** By key of the settings. */
    readonly bots: Record<string, { userId: string; accessToken: pulumi.Output<string> }>;
    /** Alias → room ID. */
    readonly rooms: Record<string, pulumi.Output<string>>;

    constructor(name: string, args: ContentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:content:Content", name, {}, opts);
        const { settings, homeserver } = args;
        const { serverName } = settings;
        const { [settings.administrator]: own, ...users } = settings.users;

        this.administrator = new Administrator(
            "administrator",
            {
                name: settings.administrator,
                serverName,
                displayName: own?.displayName,
                registrationSharedSecret: args.registrationSharedSecret,
                homeserver,
            },
            { parent: this },
        );
        const shared = { serverName, homeserver, administrator: this.administrator };
        const declare = (kind: "user" | "bot", accounts: Record<string, { displayName?: string; admin?: boolean }>) =>
            Object.entries(accounts).map(
                ([key, { displayName, admin = false }]) =>
                    [
                        key,
                        new Account(`${kind}-${key}`, { name: key, displayName, admin, bot: kind === "bot", ...shared }, { parent: this }),
                    ] as const,
            );
        const people = declare("user", users);
        const bots = declare("bot", settings.bots);
        const accounts = new Map([...people, ...bots]);

        const rooms = Object.entries(settings.rooms).map(([key, room]) => {
            const membersReady = Object.keys(room.members).flatMap((member) => accounts.get(member)?.ready ?? []);
            return new Room(`room-${key}`, { key, settings: room, membersReady, ...shared }, { parent: this });
        });

        this.users = Object.fromEntries(people.map(([key, { userId, password }]) => [key, { userId, password }]));
        this.bots = Object.fromEntries(bots.map(([key, { userId, accessToken }]) => [key, { userId, accessToken }]));
        this.rooms = Object.fromEntries(rooms.map(({ alias, roomId }) => [alias, roomId]));
        this.registerOutputs({});
    }
}
