/** The parts of a stack: what each is called, what runs it, and how it is reached. Every list of parts follows from this one. Pure. */

export interface Part {
    /** Its job: the role of its container, and what commands and docs call it. */
    name: "database" | "relay" | "homeserver" | "gateway";
    /** Key of its image in the settings. */
    image: "postgres" | "coturn" | "synapse" | "caddy";
    /** What an address begins with that leads to this port of its container. */
    scheme(port: number): string;
}

/** In the order in which they start; they stop the other way round. */
export const parts: readonly Part[] = [
    { name: "database", image: "postgres", scheme: () => "postgresql://" },
    { name: "relay", image: "coturn", scheme: () => "turn:" },
    { name: "homeserver", image: "synapse", scheme: () => "http://" },
    { name: "gateway", image: "caddy", scheme: () => "https://" },
];
