/** bridges.relay against the rooms: accounts that lead somewhere, and channels as their platforms have them. Pure. */
import { platforms } from "../../bridges/platforms.ts";
import { userIdOf } from "../accounts.ts";
import { roomEnds } from "../bridgedRooms.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import { type RelayPlatform, type RelayPlatformName, relayPlatforms } from "../relayPlatforms.ts";
import type { GivenAccounts, Sections } from "./check.ts";

type Account = NonNullable<NonNullable<Sections["bridges"]>["relay"]>["accounts"][string];

export function faultsInRelay(sections: Sections, given: GivenAccounts): Fault[] {
    const accounts = sections.bridges?.relay?.accounts;
    // Without a faultless section, nothing can be said about what refers to it.
    if (accounts === undefined || sections.rooms === undefined) return [];
    const ends = roomEnds(sections.rooms).filter(({ platform }) => platform === "relay");
    return [
        ...faultsInSingle(sections, accounts),
        ...Object.keys(accounts)
            .filter((name) => !ends.some(({ network }) => network === name))
            .map((name) => ({
                path: `bridges.relay.accounts.${name}`,
                message: `has one end only: no room leads to it; write CHANNEL@${name} under rooms.ROOM.bridge.relay, or take the account out`,
            })),
        ...faultsInName(sections, given),
    ];
}

/** What is wrong with a channel, in words that follow it. */
export function faultInRelayChannel(channel: string, network: string, { bridges }: Sections): string | undefined {
    const account = own(bridges?.relay?.accounts, network);
    return account && platformOf(account).faultInChannel(channel)?.replaceAll("ACCOUNT", network);
}

/** The same for channels that are one, by whichever accounts they are reached. */
export function relayPlace(channel: string, network: string, { bridges }: Sections): string {
    const account = own(bridges?.relay?.accounts, network);
    if (account === undefined) return `${channel}@${network}`;
    const { place, ignoresCase, port } = platformOf(account);
    const where = place === undefined ? "" : String(account[place]).toLowerCase();
    const complete = port !== undefined && place === "server" && !/:\d+$/.test(where) ? `${where}:${port}` : where;
    return JSON.stringify([account.platform, complete, account.team?.toLowerCase(), ignoresCase ? channel.toLowerCase() : channel]);
}

/** Of some platforms an account is in one channel, and the relay's program ends where it is to be in two. */
function faultsInSingle({ rooms = {} }: Sections, accounts: Record<string, Account>): Fault[] {
    const first = new Map<string, { path: string; channel: string }>();
    return roomEnds(rooms).flatMap(({ path, platform, text, channel, network = "" }): Fault[] => {
        const account = own(accounts, network);
        if (platform !== "relay" || account === undefined) return [];
        const other = first.get(network);
        if (other === undefined) first.set(network, { path, channel });
        const { single, title } = platformOf(account);
        if (!single || other === undefined || other.channel === channel) return [];
        const message = `${JSON.stringify(text)} is a second channel of ${network}, and an account of ${title} is in one (${other.path}); declare another account`;
        return [{ path, message }];
    });
}

/** Its own account is nobody else's. */
function faultsInName(sections: Sections, given: GivenAccounts): Fault[] {
    const { localpart } = platforms.relay;
    return (["users", "bots"] as const).flatMap((section) =>
        Object.keys(given[section])
            .filter((key) => userIdOf({ serverName: "", users: {}, bots: {}, ...sections }, key).startsWith(`@${localpart}:`))
            .map((key) => ({
                path: `${section}.${key}`,
                message: "is the account of bridges.relay itself; choose another name",
            })),
    );
}

function platformOf({ platform }: Account): RelayPlatform {
    return relayPlatforms[platform as RelayPlatformName];
}
