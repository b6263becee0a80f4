/** Which accounts seeds act as. Pure. */
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInSeeds(sections: Sections, given: GivenAccounts): Fault[] {
    return Object.entries(sections.seeds ?? {}).flatMap(([key, { as }]) => {
        const message = as === undefined ? undefined : faultInAccount(as, sections, given);
        return message === undefined ? [] : [{ path: `seeds.${key}.as`, message: `${JSON.stringify(as)} ${message}` }];
    });
}

/** The program has a token of bots and of the administrator alone. */
function faultInAccount(as: string, { administrator = "admin", bots = {} }: Sections, given: GivenAccounts): string | undefined {
    if (as === administrator) return undefined;
    if (Object.hasOwn(given.bots, as)) return own(bots, as)?.deactivated ? "is deactivated; name another bot" : undefined;
    const known = [administrator, ...Object.keys(given.bots).sort()].join(", ");
    if (Object.hasOwn(given.users, as)) return `is a person, for whom this program cannot sign in; name one of ${known}`;
    return `is neither a bot nor the administrator; name one of ${known}`;
}
