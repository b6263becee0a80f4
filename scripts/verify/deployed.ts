/** What was deployed, as `components/verification.ts` writes it to standard input. */
import { z } from "zod";

const port = z.number().int();

export const deployedSchema = z.strictObject({
    /** The part of user IDs after the colon. */
    serverName: z.string(),
    gateway: z.strictObject({
        /** Host names of its certificate; the first is its own. */
        hosts: z.array(z.string()).min(1),
        /** Address of the Docker host that it is published on. */
        bind: z.string(),
        httpsPort: port,
        /** Absent where federation is off. */
        federationPort: port.optional(),
        /** By file name; absent where another web server has the files. */
        wellKnown: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    }),
    /** PEM of authorities that are trusted besides the system's. */
    authorities: z.array(z.string()),
    /** Of the gateway's certificate; absent where the gateway gets its own by ACME. */
    certificateFingerprint: z.string().optional(),
    administrator: z.strictObject({ userId: z.string(), password: z.string() }),
    /** Whether the homeserver is to offer clients a relay, its own or another. */
    offersRelay: z.boolean(),
    /** The stack's own; absent where it runs none. */
    relay: z
        .strictObject({
            /** Host name that its certificate is for. */
            host: z.string(),
            /** Address of the Docker host that it is published on. */
            bind: z.string(),
            port,
            tlsPort: port,
            relayPorts: z.strictObject({ min: port, max: port }),
            /** Shared with the homeserver: signs credentials where the homeserver could not be asked for some. */
            secret: z.string(),
        })
        .optional(),
});

export type Deployed = z.infer<typeof deployedSchema>;
