/** The registrations that a homeserver reads at its start, as secret files by path. */
import * as pulumi from "@pulumi/pulumi";
import type { ApplicationServiceTokens, Secrets } from "../secrets.ts";
import { puppetRegistrationYaml, registrationPath, registrationYaml } from "./applicationService.ts";
import type { HomeserverArgs } from "./homeserver.ts";

export type Registered = Pick<HomeserverArgs, "applicationServices" | "puppetServices" | "serverName"> & {
    secrets: Pick<Secrets, "applicationService">;
};

export function registrationIds({ applicationServices, puppetServices }: Omit<Registered, "secrets">): string[] {
    return [...applicationServices, ...puppetServices].map(({ id }) => id);
}

export function registrationFiles({
    applicationServices,
    puppetServices,
    serverName,
    secrets,
}: Registered): Record<string, pulumi.Output<string>> {
    return Object.fromEntries([
        ...applicationServices.map((service) => [
            registrationPath(service.id),
            registration(secrets.applicationService(service.id), (tokens) => registrationYaml(service, serverName, tokens)),
        ]),
        ...puppetServices.map((service) => [
            registrationPath(service.id),
            registration(secrets.applicationService(service.id), (tokens) => puppetRegistrationYaml(service, tokens)),
        ]),
    ]);
}

/** Secret. */
export function registration(
    { asToken, hsToken }: ApplicationServiceTokens,
    yaml: (tokens: { asToken: string; hsToken: string }) => string,
): pulumi.Output<string> {
    return pulumi.all([asToken, hsToken]).apply(([as, hs]) => yaml({ asToken: as, hsToken: hs }));
}
