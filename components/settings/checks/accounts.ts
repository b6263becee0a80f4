/** Users and bots: their names and first passwords. Pure. */
import { faultInLength } from "../../../matrix/identifierLength.ts";
import { faultInLocalpart } from "../../../matrix/userId.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInAccounts(sections: Sections, given: GivenAccounts): Fault[] {
    return [...faultsInNames(sections, given), ...faultsInPasswords(sections)];
}

function faultsInNames(sections: Sections, given: GivenAccounts): Fault[] {
    const { serverName = "", administrator = "admin" } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    // The administrator is created even if users does not declare it.
    const pathByName = new Map<string, string>(Object.hasOwn(given.users, administrator) ? [] : [[administrator, "administrator"]]);
    for (const section of ["users", "bots"] as const) {
        for (const key of Object.keys(given[section])) {
            const path = `${section}.${key}`;
            const { localpart, appservice } = own<{ localpart?: string; appservice?: object }>(sections[section], key) ?? {};
            const name = localpart ?? key;
            const namedAt = localpart === undefined ? path : `${path}.localpart`;
            report(namedAt, faultInName(name, appservice !== undefined) ?? faultInLength("user ID", name, serverName));
            if (section === "bots" && Object.hasOwn(given.users, key))
                report(path, "is also declared under users; a name belongs to one account");
            // A bot under the administrator's own key is reported with the administrator.
            else if (pathByName.has(name) && key !== administrator)
                report(namedAt, `${JSON.stringify(name)} is already the account of ${pathByName.get(name)}`);
            pathByName.set(name, path);
        }
    }
    return faults;
}

/** An application service may have a name that begins with _; others may not. */
function faultInName(name: string, isService: boolean): string | undefined {
    return faultInLocalpart(isService ? name.replace(/^_+/, "service") : name);
}

function faultsInPasswords({ users = {}, homeserver }: Sections): Fault[] {
    const minimum = homeserver?.passwords.minimumLength;
    return Object.entries(users).flatMap(([key, { password }]) =>
        password === undefined || minimum === undefined || password.length >= minimum
            ? []
            : [
                  {
                      path: `users.${key}.password`,
                      message: `is too weak: it has ${password.length} characters, and homeserver.passwords.minimumLength is ${minimum}`,
                  },
              ],
    );
}
