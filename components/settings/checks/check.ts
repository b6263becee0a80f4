/** What a check is. */
import type { Fault } from "../fault.ts";
import type { ParsedSettings } from "../schema/index.ts";

/** The sections that are right in themselves; a faulty one is absent. */
export type Sections = Partial<ParsedSettings>;

/** Entries of accounts as they were given: those of a faulty section count as declared, so that one fault does not cause others. */
export interface GivenAccounts {
    users: Record<string, unknown>;
    bots: Record<string, unknown>;
    /** Everything that was given, by section, before defaults were filled in. */
    settings: Record<string, unknown>;
}

/** Reports what one section of the settings says against another. Pure. */
export type Check = (sections: Sections, given: GivenAccounts) => Fault[];
