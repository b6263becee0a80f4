/** The section `homeserver.limits`: how often people and other servers may do something. Pure. */
import { z } from "zod";

/** A bucket of `burst` actions that fills again at `perSecond`. */
const limit = (perSecond: number, burst: number, description: string) =>
    z
        .strictObject({
            perSecond: z
                .number()
                .min(0.0001)
                .max(100_000)
                .default(perSecond)
                .describe("Actions per second, on average (Synapse: per_second)."),
            burst: z
                .int()
                .min(1)
                .max(1_000_000)
                .default(burst)
                .describe("Actions at once, before that rate applies (Synapse: burst_count)."),
        })
        .prefault({})
        .describe(description);

const federation = z
    .strictObject({
        windowMilliseconds: z
            .int()
            .min(1)
            .default(1000)
            .describe("Milliseconds in which another server's requests are counted (Synapse: rc_federation.window_size)."),
        sleepLimit: z
            .int()
            .min(1)
            .default(10)
            .describe("Requests of one server in that window after which further ones are delayed (Synapse: rc_federation.sleep_limit)."),
        sleepMilliseconds: z
            .int()
            .min(0)
            .default(500)
            .describe("How long they are delayed, in milliseconds (Synapse: rc_federation.sleep_delay)."),
        rejectLimit: z
            .int()
            .min(1)
            .default(50)
            .describe("Waiting requests of one server after which further ones are refused (Synapse: rc_federation.reject_limit)."),
        concurrent: z
            .int()
            .min(1)
            .default(3)
            .describe("Requests of one server that are answered at the same time (Synapse: rc_federation.concurrent)."),
        transactionsPerRoomPerSecond: z
            .int()
            .min(1)
            .default(50)
            .describe(
                "Read receipts of one room sent to other servers per second, on average (Synapse: federation_rr_transactions_per_room_per_second).",
            ),
    })
    .prefault({})
    .describe("Requests from one other server (Synapse: rc_federation).");

export const limits = z
    .strictObject({
        messages: limit(0.2, 10, "Messages and other events that one account sends (Synapse: rc_message)."),
        redactions: z
            .strictObject({
                perSecond: z.number().min(0.0001).max(100_000).describe("Actions per second, on average (Synapse: per_second)."),
                burst: z.int().min(1).max(1_000_000).describe("Actions at once, before that rate applies (Synapse: burst_count)."),
            })
            .optional()
            .describe("Messages of others that one moderator removes (Synapse: rc_admin_redaction). Default: removals count as messages."),
        logins: z
            .strictObject({
                address: limit(0.1, 30, "Sign-ins from one address (Synapse: rc_login.address; its own default is 0.003 and 5)."),
                account: limit(0.05, 10, "Sign-ins of one account (Synapse: rc_login.account; its own default is 0.003 and 5)."),
                failed: limit(0.17, 3, "Failed sign-ins of one account (Synapse: rc_login.failed_attempts)."),
            })
            .prefault({})
            .describe("Sign-ins."),
        registrations: limit(0.17, 3, "Accounts created from one address, where people may create them (Synapse: rc_registration)."),
        joins: z
            .strictObject({
                local: limit(0.1, 10, "Rooms that one account joins, where this server is in the room (Synapse: rc_joins.local)."),
                remote: limit(0.01, 10, "Rooms that one account joins through another server (Synapse: rc_joins.remote)."),
                perRoom: limit(1, 10, "Joins to one room by anyone, on any server (Synapse: rc_joins_per_room)."),
            })
            .prefault({})
            .describe("Joins of rooms."),
        invites: z
            .strictObject({
                perRoom: limit(0.3, 10, "Invitations to one room (Synapse: rc_invites.per_room)."),
                perUser: limit(
                    0.003,
                    5,
                    "Invitations that one person of this server gets from anyone, other servers included (Synapse: rc_invites.per_user).",
                ),
                perIssuer: limit(0.3, 10, "Invitations that one account sends (Synapse: rc_invites.per_issuer)."),
            })
            .prefault({})
            .describe("Invitations to rooms."),
        roomCreations: limit(0.016, 10, "Rooms that one account creates (Synapse: rc_room_creation)."),
        federation,
    })
    .prefault({})
    .describe("Rate limits. Each counts actions in a bucket: burst at once, then perSecond.");
