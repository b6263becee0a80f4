/** bridges.relay against the rooms: accounts that lead somewhere, channels as their platforms have them, and nothing that goes in circles. Pure. */
import { type RoomEnd, roomEnds } from "../bridgedRooms.ts";
import type { Fault } from "../fault.ts";
import { didYouMean, nearest } from "../nearest.ts";
import { own } from "../own.ts";
import { type RelayPlatform, type RelayPlatformName, relayPlatforms } from "../relayPlatforms.ts";
import type { Sections } from "./check.ts";

type Account = NonNullable<NonNullable<Sections["bridges"]>["relay"]>["accounts"][string];

export function faultsInRelay({ bridges, rooms }: Sections): Fault[] {
    const accounts = bridges?.relay?.accounts;
    // Without a faultless section, nothing can be said about what refers to it.
    if (accounts === undefined || rooms === undefined) return [];
    const ends = roomEnds(rooms).filter(({ platform }) => platform === "relay");
    const inEnds = ends.map((end) => ({ end, fault: faultInEnd(end, accounts) }));
    const right = inEnds.flatMap(({ end, fault }) => (fault === undefined ? [end] : []));
    return [
        ...inEnds.flatMap(({ end: { path, text }, fault }) =>
            fault === undefined ? [] : [{ path, message: `${JSON.stringify(text)} ${fault}` }],
        ),
        ...faultsInReach(right, accounts),
        ...Object.keys(accounts)
            .filter((name) => !ends.some(({ network }) => network === name))
            .map((name) => ({
                path: `bridges.relay.accounts.${name}`,
                message: `has one end only: no room leads to it; write rooms.ROOM.bridge.relay: CHANNEL@${name}, or take the account out`,
            })),
    ];
}

function faultInEnd({ channel, network }: RoomEnd, accounts: Record<string, Account>): string | undefined {
    const names = Object.keys(accounts).sort();
    if (network === undefined || channel === "") {
        const bare = nearest(channel, names) ?? names[0] ?? "ACCOUNT";
        return `is not CHANNEL@ACCOUNT, such as ${channel === "" || names.includes(channel) ? "support" : channel}@${bare}`;
    }
    const account = own(accounts, network);
    if (account === undefined) return `names the account ${network}, which bridges.relay.accounts does not have${didYouMean(network, names)}`;
    return platformOf(account).faultInChannel(channel)?.replaceAll("ACCOUNT", network);
}

/** What is reached twice: messages would go round, or come twice. */
function faultsInReach(ends: RoomEnd[], accounts: Record<string, Account>): Fault[] {
    const first = new Map<string, RoomEnd>();
    const channelOf = new Map<string, RoomEnd>();
    return ends.flatMap((end) => {
        const name = end.network as string;
        const account = accounts[name] as Account;
        const platform = platformOf(account);
        const place = placeOf(end.channel, account);
        const before = first.get(place);
        if (before) return [{ path: end.path, message: twice(end, before) }];
        first.set(place, end);
        const other = channelOf.get(name);
        channelOf.set(name, end);
        return platform.single && other
            ? [
                  {
                      path: end.path,
                      message: `${JSON.stringify(end.text)} is a second channel of ${name}, and an account of ${platform.title} is in one; declare another account (the first is at ${other.path})`,
                  },
              ]
            : [];
    });
}

function twice(end: RoomEnd, before: RoomEnd): string {
    const text = JSON.stringify(end.text);
    if (end.room !== before.room) return `${text} is bridged to the room ${before.room} already (${before.path}); a channel leads to one room`;
    return end.text === before.text
        ? `${text} is there twice; take one out`
        : `${text} is the channel of ${before.path} (${before.text}) by another account, so that messages would go round; take one out`;
}

/** The same for channels that are one. */
function placeOf(channel: string, account: Account): string {
    const { place, ignoresCase, port } = platformOf(account);
    const where = place === undefined ? "" : String(account[place]).toLowerCase();
    const complete = port !== undefined && place === "server" && !/:\d+$/.test(where) ? `${where}:${port}` : where;
    const team = account.team === undefined ? "" : account.team.toLowerCase();
    // Topics of a stream on Zulip are channels of their own.
    return JSON.stringify([account.platform, complete, team, ignoresCase ? channel.toLowerCase() : channel]);
}

function platformOf({ platform }: Account): RelayPlatform {
    return relayPlatforms[platform as RelayPlatformName];
}
