/** The part of homeserver.yaml about what people notice in their clients. Pure. */
import { specialRanges } from "../../../matrix/addressRanges.ts";
import type { Settings } from "../../settings/index.ts";

export interface Features {
    homeserver: Settings["homeserver"];
    /** Localpart of the account that invites new accounts into rooms that are not public: it made them. */
    inviter: string;
    /** Whether rooms may set how long messages are kept. */
    retention: boolean;
    /** Whether application services take part in encrypted rooms. */
    servicesEncrypt: boolean;
}

export function featureOptions({ homeserver, inviter, retention, servicesEncrypt }: Features) {
    const { linkPreviews, serverNotices, presence, userDirectory, autoJoinRooms, retention: lifetime } = homeserver;
    const keepsFor = retention || lifetime !== undefined;
    const experimental = {
        // An endpoint that tells a bot's program whether a room's retention has an effect (MSC1763).
        ...(keepsFor && { msc1763_enabled: true }),
        // Messages to devices of application services, and what they need to know of others' devices, come with events (MSC4203, MSC3202).
        ...(servicesEncrypt && { msc2409_to_device_messages_enabled: true, msc3202_transaction_extensions: true }),
    };
    return {
        ...(linkPreviews.enabled && {
            url_preview_enabled: true,
            url_preview_ip_range_blacklist: neverPreviewed,
            url_preview_accept_language: linkPreviews.languages,
        }),
        ...(serverNotices && {
            server_notices: {
                system_mxid_localpart: serverNotices.localpart,
                system_mxid_display_name: serverNotices.displayName,
                room_name: serverNotices.roomName,
                ...(serverNotices.topic !== undefined && { room_topic: serverNotices.topic }),
                auto_join: serverNotices.autoJoin,
            },
        }),
        presence: { enabled: presence },
        user_directory: {
            enabled: userDirectory !== "off",
            search_all_users: userDirectory === "all",
            // Colleagues before people elsewhere.
            prefer_local_users: true,
        },
        ...(autoJoinRooms.length > 0 && {
            auto_join_rooms: autoJoinRooms,
            // The rooms are declared, so that they have their settings.
            autocreate_auto_join_rooms: false,
            auto_join_mxid_localpart: inviter,
        }),
        ...(keepsFor && { retention: { enabled: true, ...(lifetime !== undefined && { default_policy: { max_lifetime: lifetime } }) } }),
        ...(Object.keys(experimental).length > 0 && { experimental_features: experimental }),
    };
}

/** Every special range. Synapse adds the forms in which IPv6 embeds an IPv4 address of these. */
const neverPreviewed = specialRanges.filter(({ embedsIpv4 }) => !embedsIpv4).map(({ range }) => range);
