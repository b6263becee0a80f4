/** Who may list rooms and name them: accounts of this server. Pure. */
import type { Fault } from "../fault.ts";
import { faultInAccount } from "./accountList.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInRoomDirectory(sections: Sections, given: GivenAccounts): Fault[] {
    const { publishers = [], aliasCreators = [] } = sections.homeserver?.roomDirectory ?? {};
    return Object.entries({ publishers, aliasCreators }).flatMap(([list, accounts]) =>
        accounts.flatMap((account, index) => {
            const message = faultInAccount(account, sections, given);
            return message === undefined ? [] : [{ path: `homeserver.roomDirectory.${list}.${index}`, message }];
        }),
    );
}
