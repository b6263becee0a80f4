/** What sections of the settings say against each other: every check, one file a concern. Pure. */
import type { Fault } from "../fault.ts";
import { faultsInAccounts } from "./accounts.ts";
import { faultsInAdministrator } from "./administrator.ts";
import { faultsInBackup } from "./backup.ts";
import { faultsInBridges } from "./bridges.ts";
import { faultsInCertificates } from "./certificates.ts";
import type { Check, Sections } from "./check.ts";
import { faultsInClientFeatures } from "./clientFeatures.ts";
import { faultsInDatabase } from "./database.ts";
import { faultsInDelegation } from "./delegation.ts";
import { faultsInDendrite } from "./dendrite.ts";
import { faultsInMautrix } from "./mautrix.ts";
import { faultsInMedia } from "./media.ts";
import { faultsInMonitoring } from "./monitoring.ts";
import { faultsInNamespaces } from "./namespaces.ts";
import { faultsInNetwork } from "./network.ts";
import { faultsInPeers } from "./peers.ts";
import { faultsInPlaces } from "./places.ts";
import { faultsInPorts } from "./ports.ts";
import { faultsInPublicUrl } from "./publicUrl.ts";
import { faultsInRelay } from "./relay.ts";
import { faultsInRenaming } from "./renaming.ts";
import { faultsInRoomDirectory } from "./roomDirectory.ts";
import { faultsInRotation } from "./rotation.ts";
import { faultsInSeeds } from "./seeds.ts";
import { faultsInSigningKeys } from "./signingKeys.ts";
import { faultsInSynapseOptions } from "./synapseOptions.ts";
import { faultsInTurn } from "./turn.ts";

const checks: Check[] = [
    faultsInAdministrator,
    faultsInAccounts,
    faultsInNamespaces,
    faultsInBridges,
    faultsInMautrix,
    faultsInPlaces,
    faultsInRoomDirectory,
    faultsInRelay,
    faultsInRenaming,
    faultsInSeeds,
    faultsInDatabase,
    faultsInPorts,
    faultsInDelegation,
    faultsInPublicUrl,
    faultsInCertificates,
    faultsInPeers,
    faultsInClientFeatures,
    faultsInSigningKeys,
    faultsInSynapseOptions,
    faultsInMedia,
    faultsInTurn,
    faultsInNetwork,
    faultsInBackup,
    faultsInRotation,
    faultsInMonitoring,
    faultsInDendrite,
];

/**
 * @param sections the sections that are right in themselves
 * @param raw what was given
 */
export function faultsBetweenSections(sections: Sections, raw: Record<string, unknown>): Fault[] {
    const given = { users: entriesOf(raw.users), bots: entriesOf(raw.bots), settings: raw };
    return checks.flatMap((check) => check(sections, given));
}

function entriesOf(section: unknown): Record<string, unknown> {
    return typeof section === "object" && section !== null && !Array.isArray(section) ? (section as Record<string, unknown>) : {};
}
