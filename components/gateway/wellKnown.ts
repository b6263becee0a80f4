/** The files by which a server name leads to its homeserver. Pure. Source: https://spec.matrix.org/v1.16/client-server-api/#well-known-uris */

export interface WellKnown {
    /** /.well-known/matrix/client */
    client: { "m.homeserver": { base_url: string } };
    /** /.well-known/matrix/server; absent where the stack does not federate. */
    server?: { "m.server": string };
}

export function wellKnown(publicUrl: string, federationAddress: string | undefined): WellKnown {
    return {
        client: { "m.homeserver": { base_url: publicUrl } },
        ...(federationAddress === undefined ? {} : { server: { "m.server": federationAddress } }),
    };
}
