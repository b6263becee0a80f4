/** Which accounts seeds act as. Pure. */
import type { Fault } from "../parse.ts";
import type { ParsedSettings } from "../schema/schema.ts";

/** @param given accounts as they were given: those of a faulty section count as declared */
export function faultsInSeeds(sections: Partial<ParsedSettings>, given: { users: string[]; bots: string[] }): Fault[] {
    const { administrator = "admin", bots = {}, seeds = {} } = sections;
    return Object.entries(seeds).flatMap(([key, { as = administrator }]) => {
        const message = faultInAccount(as);
        return message === undefined ? [] : [{ path: `seeds.${key}.as`, message: `${JSON.stringify(as)} ${message}` }];
    });

    function faultInAccount(as: string): string | undefined {
        if (as === administrator) return undefined;
        if (given.bots.includes(as)) return bots[as]?.deactivated ? "is deactivated; name another bot" : undefined;
        const known = [administrator, ...given.bots].sort().join(", ");
        if (given.users.includes(as)) return `is a person, whose password may be another by now; name a bot or the administrator (${known})`;
        return `is neither declared under bots nor the administrator (${known})`;
    }
}
