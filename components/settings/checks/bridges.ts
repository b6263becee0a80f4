/** Bridges: who may use them, and the rooms that lead through them. Pure. */
import { faultInChannel, foldedChannel } from "../../../matrix/irc.ts";
import { type BridgePlatform, type Platform, platformNames, platforms } from "../../bridges/platforms.ts";
import { type RoomEnd, roomEnds } from "../bridgedRooms.ts";
import type { Fault } from "../fault.ts";
import { didYouMean } from "../nearest.ts";
import { faultInAccount } from "./accountList.ts";
import type { GivenAccounts, Sections } from "./check.ts";
import { faultInRelayChannel, relayPlace } from "./relay.ts";

/** What the name of a channel is to a platform. */
interface Channels {
    /** Networks or accounts that the bridge has. */
    networks(sections: Sections): string[];
    /** Path of the setting that declares them. */
    declaredBy: string;
    example: string;
    fault(channel: string, network: string, sections: Sections): string | undefined;
    /** The same text for channels that are one. */
    folded(channel: string, network: string, sections: Sections): string;
}

const channels: { [P in Platform]?: Channels } = {
    irc: {
        networks: ({ bridges }) => Object.keys(bridges?.irc?.networks ?? {}),
        declaredBy: "bridges.irc.networks",
        example: "#support@libera",
        fault: faultInChannel,
        folded: (channel, network) => `${foldedChannel(channel)}@${network}`,
    },
    relay: {
        networks: ({ bridges }) => Object.keys(bridges?.relay?.accounts ?? {}),
        declaredBy: "bridges.relay.accounts",
        example: "support@jabber",
        fault: faultInRelayChannel,
        folded: relayPlace,
    },
};

export function faultsInBridges(sections: Sections, given: GivenAccounts): Fault[] {
    const ends = roomEnds(sections.rooms ?? {});
    return [
        ...platformNames.flatMap((platform) => faultsInAccess(platform, sections, given)),
        ...(sections.bridges === undefined ? [] : ends.flatMap((end) => faultsInEnd(end, sections))),
        ...faultsInEncryption(ends, sections),
        ...bridgedTwice(ends, sections),
    ];
}

function faultsInAccess(platform: Platform, sections: Sections, given: GivenAccounts): Fault[] {
    const { users = [], admins = [] }: { users?: string[]; admins?: string[]; memory?: number } = sections.bridges?.[platform] ?? {};
    const faults = (list: "users" | "admins", accounts: string[]) =>
        accounts.flatMap((account, index): Fault[] => {
            const path = `bridges.${platform}.${list}.${index}`;
            if (list === "admins" && /[*?]/.test(account))
                return [
                    {
                        path,
                        message: `${JSON.stringify(account)} is a pattern, and who changes the bridge is named; give a key or a user ID`,
                    },
                ];
            const message = faultInAccount(account, sections, given);
            return message === undefined ? [] : [{ path, message }];
        });
    return [...faults("users", users), ...faults("admins", admins)];
}

function faultsInEnd({ path, platform, text, channel, network }: RoomEnd, sections: Sections): Fault[] {
    const known = channels[platform];
    const report = (message: string | undefined): Fault[] => (message === undefined ? [] : [{ path, message }]);
    if (sections.bridges?.[platform] === undefined)
        return report(`${JSON.stringify(text)} leads through a bridge that is not declared; declare bridges.${platform}`);
    if (!known) return [];
    const networks = known.networks(sections).sort();
    if (network === undefined)
        return report(
            `${JSON.stringify(text)} names no network; write CHANNEL@NETWORK, such as ${known.example} (declared: ${networks.join(", ")})`,
        );
    if (!networks.includes(network))
        return report(
            `${JSON.stringify(network)} is not declared under ${known.declaredBy}${didYouMean(network, networks)} (declared: ${networks.join(", ")})`,
        );
    const fault = known.fault(channel, network, sections);
    return report(fault && `${JSON.stringify(text)} ${fault}${/ write #/.test(fault) ? `@${network}` : ""}`);
}

/** What such a bridge gets from an encrypted room is nothing that it can read. */
function faultsInEncryption(ends: RoomEnd[], { rooms = {} }: Sections): Fault[] {
    const seen = new Set<string>();
    return ends.flatMap(({ room, platform }): Fault[] => {
        const { encrypted, visibility = "private" } = rooms[room] ?? {};
        const { title, encrypts }: BridgePlatform = platforms[platform];
        const path = `rooms.${room}.bridge.${platform}`;
        if (encrypts || !(encrypted ?? visibility === "private") || seen.has(path)) return [];
        seen.add(path);
        const why = encrypted ? "rooms.NAME.encrypted is true" : "a private room is encrypted unless it says otherwise";
        return [
            {
                path,
                message: `the bridge to ${title} cannot read encrypted messages, and ${why.replace("NAME", room)}; set rooms.${room}.encrypted to false, if the room is new`,
            },
        ];
    });
}

/** Each message would come back by the other room, or come twice. */
function bridgedTwice(ends: RoomEnd[], sections: Sections): Fault[] {
    const first = new Map<string, RoomEnd>();
    return ends.flatMap((end): Fault[] => {
        const { platform, channel, network = "" } = end;
        const place = `${platform} ${channels[platform]?.folded(channel, network, sections) ?? `${channel}@${network}`}`;
        const other = first.get(place);
        if (other === undefined) {
            first.set(place, end);
            return [];
        }
        const what =
            other.room === end.room ? "each message would come twice" : "its messages would be in both rooms, and theirs come back";
        return [{ path: end.path, message: `${JSON.stringify(end.text)} is bridged already by ${other.path}: ${what}; remove one` }];
    });
}
