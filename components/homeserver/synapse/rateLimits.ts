/** The rate limits in homeserver.yaml: all of them on purpose and in sight. Pure. */
import type { Settings } from "../../settings/index.ts";

type Limits = Settings["homeserver"]["limits"];

export function rateLimits({ messages, redactions, logins, registrations, joins, invites, roomCreations, federation }: Limits) {
    return {
        rc_message: bucket(messages),
        // Without it Synapse counts them as messages.
        ...(redactions && { rc_admin_redaction: bucket(redactions) }),
        rc_login: { address: bucket(logins.address), account: bucket(logins.account), failed_attempts: bucket(logins.failed) },
        rc_registration: bucket(registrations),
        rc_joins: { local: bucket(joins.local), remote: bucket(joins.remote) },
        rc_joins_per_room: bucket(joins.perRoom),
        rc_invites: { per_room: bucket(invites.perRoom), per_user: bucket(invites.perUser), per_issuer: bucket(invites.perIssuer) },
        rc_room_creation: bucket(roomCreations),
        rc_federation: {
            window_size: federation.windowMilliseconds,
            sleep_limit: federation.sleepLimit,
            sleep_delay: federation.sleepMilliseconds,
            reject_limit: federation.rejectLimit,
            concurrent: federation.concurrent,
        },
        federation_rr_transactions_per_room_per_second: federation.transactionsPerRoomPerSecond,
    };
}

function bucket({ perSecond, burst }: Limits["messages"]) {
    return { per_second: perSecond, burst_count: burst };
}
