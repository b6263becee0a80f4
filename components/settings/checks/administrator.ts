/** The account that this program acts as. Pure. */
import { faultInLocalpart } from "../../../matrix/userId.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInAdministrator(sections: Sections, given: GivenAccounts): Fault[] {
    const { administrator = "admin", users = {}, bots = {} } = sections;
    const faults: Fault[] = [];
    // With a user name of its own, the key may be any.
    const name = own(users, administrator)?.localpart === undefined ? faultInLocalpart(administrator) : undefined;
    if (name !== undefined) faults.push({ path: "administrator", message: name });
    if (own(bots, administrator)) faults.push({ path: "administrator", message: `${JSON.stringify(administrator)} is a bot; name a user` });
    // Parsed settings say false for every user that does not say true.
    const asGiven = own(given.users, administrator) as { admin?: unknown } | null | undefined;
    if (asGiven?.admin === false) faults.push({ path: `users.${administrator}.admin`, message: "must be true: this is the administrator" });
    if (own(users, administrator)?.deactivated)
        faults.push({ path: `users.${administrator}.deactivated`, message: "must be false: this is the administrator" });
    return faults;
}
