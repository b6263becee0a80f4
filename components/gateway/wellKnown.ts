/**
 * The files by which a server name leads to its homeserver. Pure.
 * Sources: https://spec.matrix.org/v1.16/client-server-api/#well-known-uris,
 * https://spec.matrix.org/v1.16/server-server-api/#getwell-knownmatrixserver
 */
import type { Settings } from "../settings/index.ts";

export const wellKnownPath = "/.well-known/matrix";

/** By file name below {@link wellKnownPath}. */
export interface WellKnown {
    client: { "m.homeserver": { base_url: string } };
    /** Absent where the stack does not federate, or is found in another way. */
    server?: { "m.server": string };
    /** Absent where the settings name nobody. */
    support?: { contacts?: { role: string; matrix_id?: string; email_address?: string }[]; support_page?: string };
}

export interface WellKnownArgs {
    /** Base URL of the client API. */
    publicUrl: string;
    /** Host and port of the server-server API, where this file is what leads there. */
    federationAddress: string | undefined;
    support: Settings["gateway"]["support"];
}

export function wellKnown({ publicUrl, federationAddress, support }: WellKnownArgs): WellKnown {
    return {
        client: { "m.homeserver": { base_url: publicUrl } },
        ...(federationAddress !== undefined && { server: { "m.server": federationAddress } }),
        ...(support && {
            support: {
                ...(support.contacts.length > 0 && {
                    contacts: support.contacts.map(({ role, matrixId, email }) => ({
                        role: `m.role.${role}`,
                        ...(matrixId !== undefined && { matrix_id: matrixId }),
                        ...(email !== undefined && { email_address: email }),
                    })),
                }),
                ...(support.page !== undefined && { support_page: support.page }),
            },
        }),
    };
}
