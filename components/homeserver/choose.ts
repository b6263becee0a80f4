/** The homeserver that the settings name. */
import { Dendrite, type DendriteArgs } from "./dendrite/dendrite.ts";
import type { Homeserver } from "./homeserver.ts";
import { Synapse, type SynapseArgs } from "./synapse/synapse.ts";

export type AnyHomeserverArgs = Omit<SynapseArgs & DendriteArgs, "image"> & {
    /** Image references, of which one is run. */
    images: { synapse: string; dendrite: string };
};

/** @param name logical name, under which other workloads find it */
export function declareHomeserver(name: string, { images, ...args }: AnyHomeserverArgs): Homeserver {
    return args.settings.kind === "dendrite"
        ? new Dendrite(name, { ...args, image: images.dendrite })
        : new Synapse(name, { ...args, image: images.synapse });
}
