/** Everything that a stack's settings may contain, with defaults: one file a section. Pure: nothing here knows Pulumi. */
import { z } from "zod";
import { faultInServerName } from "../../../matrix/serverName.ts";
import { backup } from "./backup.ts";
import { bot } from "./bots.ts";
import { bridges } from "./bridges/index.ts";
import { database } from "./database.ts";
import { federation } from "./federation.ts";
import { gateway } from "./gateway.ts";
import { homeserver } from "./homeserver.ts";
import { images } from "./images.ts";
import { monitoring } from "./monitoring.ts";
import { network } from "./network.ts";
import { room } from "./rooms.ts";
import { rotation } from "./rotation.ts";
import { seed } from "./seeds.ts";
import { space } from "./spaces.ts";
import { turn } from "./turn.ts";
import { user } from "./users.ts";
import { named } from "./valueTypes.ts";

export const settingsSchema = z.strictObject({
    serverName: named(faultInServerName).describe("The part of user IDs after the colon. It cannot be changed later."),
    administrator: z
        .string()
        .default("admin")
        .describe("The account that this program acts as, by key of users. It is created if users does not declare it."),
    protectData: z
        .boolean()
        .default(true)
        .describe("Whether everything that holds data is protected from deletion. Turn it off in development only."),
    // Stacks are upgraded in place, with the file that they have.
    keeper: z
        .boolean()
        .optional()
        .meta({ deprecated: true })
        .describe("Has no effect any more, because there are no keepers. It can be removed."),
    homeserver: homeserver.prefault({}).describe("The homeserver: Synapse, or Dendrite for a small machine."),
    database: database.prefault({}).describe("PostgreSQL: the stack's own server, or an existing one."),
    federation: federation.prefault({}).describe("Federation: which other servers to connect with, and how they find this one."),
    network: network.prefault({}).describe("The stack's own Docker network."),
    turn: turn.prefault({}).describe("The relay for calls, coturn."),
    gateway: gateway.prefault({}).describe("The entrance for clients and other servers: TLS, the APIs and the well-known files."),
    backup: backup.prefault({}).describe("Backups of everything that cannot be made again."),
    rotation: rotation
        .prefault({})
        .describe("Which generation of each generated secret is in use; make rotate SECRET=… raises it (docs/operations.md)."),
    monitoring: monitoring.prefault({}).describe("Metrics of every part, and alerts."),
    images: images.prefault({}).describe("Container images."),
    users: z.record(z.string(), user).default({}).describe("Accounts of people. The key is the user name unless localpart is given."),
    bots: z
        .record(z.string(), bot)
        .default({})
        .describe("Accounts of programs, each with an access token among the outputs. The key is the user name unless localpart is given."),
    rooms: z.record(z.string(), room).default({}).describe("Rooms. The key is the alias unless alias is given."),
    seeds: z
        .record(z.string(), seed)
        .default({})
        .describe("Scripts that run after a deployment, each again when it changes. The key is its name."),
    bridges: bridges.prefault({}).describe("Bridges to other platforms, one entry a platform."),
    spaces: z.record(z.string(), space).default({}).describe("Spaces, which group rooms. The key is the alias unless alias is given."),
});

/** Settings as a stack's file has them. */
export type SettingsInput = z.input<typeof settingsSchema>;

/** Settings with every default filled in. */
export type ParsedSettings = z.output<typeof settingsSchema>;
