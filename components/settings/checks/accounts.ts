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
    const { serverName = "" } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const pathByName = new Map<string, string>();
    for (const section of ["users", "bots"] as const) {
        for (const key of Object.keys(given[section])) {
            const path = `${section}.${key}`;
            const { localpart } = own<{ localpart?: string }>(sections[section], key) ?? {};
            const name = localpart ?? key;
            report(
                localpart === undefined ? path : `${path}.localpart`,
                faultInLocalpart(name) ?? faultInLength("user ID", name, serverName),
            );
            if (section === "bots" && Object.hasOwn(given.users, key))
                report(path, "is also declared under users; a name belongs to one account");
            else if (pathByName.has(name))
                report(`${path}.localpart`, `${JSON.stringify(name)} is already the account of ${pathByName.get(name)}`);
            pathByName.set(name, path);
            for (const message of faultsInNamespace(name, sections)) report(path, message);
        }
    }
    return faults;
}

/** An application service acts for every user of its namespace, so no other account may be in it. */
function faultsInNamespace(name: string, { bots = {} }: Sections): string[] {
    return Object.entries(bots)
        .filter(([key, { appservice, localpart = key }]) => appservice && name !== localpart && name.startsWith(appservice.namespace))
        .map(
            ([key, { appservice }]) =>
                `begins with ${appservice?.namespace}, which is reserved for bots.${key}.appservice; choose another name`,
        );
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
