/** A bridge's registration, as its stack's homeserver has it. */
import { parse } from "yaml";
import { z } from "zod";
import { type BridgePlatform, bridgeName, type Platform, platforms } from "../../../components/bridges/platforms.ts";
import { docker } from "../../stack/docker.ts";

const registration = z.object({
    id: z.string(),
    /** Secret. */
    as_token: z.string(),
    sender_localpart: z.string(),
    namespaces: z.object({ users: z.array(z.object({ regex: z.string() })) }),
});

export type Registration = z.output<typeof registration>;

/** @returns undefined where it is no application service, or the homeserver does not have it */
export async function registrationOf(platform: Platform, homeserver: string): Promise<Registration | undefined> {
    const { namespace }: BridgePlatform = platforms[platform];
    if (namespace === undefined) return undefined;
    const path = `/run/secrets/application-service-${bridgeName(platform)}.yaml`;
    try {
        return registration.parse(parse(await docker(["exec", homeserver, "cat", path], 4)));
    } catch {
        return undefined;
    }
}
