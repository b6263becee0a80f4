/** Whether state and engine are those that belong together. Pure. */
import { volumeRole } from "../formerNames.ts";
import { stackLabel } from "../labels.ts";
import type { Facts, Wanted } from "./faults.ts";

/** Secrets that do not fit the data any more once they are generated anew. */
const fitting = ["database-admin-password", "database-password", "signing-key-seed"];

/** Names of the volumes without which a stack has lost what people did. */
export function dataVolumes(prefix: string): string[] {
    return ["database-data", "homeserver-media", "homeserver-jetstream"].map((role) => `${prefix}-${volumeRole(role)}`);
}

/** Whether the stack is the one that its data belongs to. */
export function identityFault({ deployed, volumes }: Pick<Facts, "deployed" | "volumes">, { project, prefix }: Wanted): string | undefined {
    if (deployed === undefined) return undefined;
    if (deployed.prefix !== undefined && deployed.prefix !== prefix) {
        const stack = (name: string) => name.slice(project.length + 1);
        const known = deployed.prefix.startsWith(`${project}-`);
        return [
            known
                ? `this stack was deployed as ${stack(deployed.prefix)}, and is called ${stack(prefix)} now:`
                : `this stack was deployed as ${deployed.prefix} (project and stack), and is called ${prefix} now:`,
            `its volumes (${deployed.volumes.join(", ")}) and containers carry the former name, and new, empty ones would take their place;`,
            known
                ? `give it back its name: pulumi stack rename ${stack(deployed.prefix)}`
                : "give the project its name back in Pulumi.yaml",
        ].join(" ");
    }
    if (volumes.length === 0) return undefined;
    const held = volumes.join(" ");
    const bring = "bring the state back (the backend that has it, or pulumi stack import --file BACKUP)";
    if (!volumes.some((volume) => deployed.volumes.includes(volume)))
        return [
            `the state of this stack is lost: it knows nothing of the volumes ${held}, and the passwords and the signing key that it would`,
            `generate do not fit what they hold; ${bring}, or give this stack another name;`,
            `to give up all accounts and messages in them: ${removal(prefix, held)}`,
        ].join(" ");
    const lost = deployed.serverName === undefined ? [] : fitting.filter((secret) => !deployed.secrets.includes(secret));
    return lost.length === 0
        ? undefined
        : `the state of this stack has lost ${lost.join(", ")}, and what it would generate does not fit what ${held} hold; ${bring}`;
}

/** Volumes can be removed only once no container has them, and a network of the same name cannot be made again. */
function removal(prefix: string, volumes: string): string {
    const filter = `--filter label=${stackLabel}=${prefix}`;
    return [
        `docker ps -aq ${filter} | xargs -r docker rm --force`,
        `docker volume rm ${volumes}`,
        `docker network ls -q ${filter} | xargs -r docker network rm`,
    ].join("; ");
}

/** What the engine has of a stack. */
export interface Standing {
    /** Where it is, as DOCKER_HOST has it. */
    engine: string;
    /** Volumes that hold data. */
    volumes: string[];
    containers: { name: string; id: string }[];
}

/** @returns elsewhere: whether the engine has nothing of this stack, so that it may be another than the one that it is deployed to */
export function standingFault(
    { deployed, standing }: { deployed?: Facts["deployed"]; standing: Standing },
    { prefix }: Pick<Wanted, "prefix">,
): { fault: string; elsewhere: boolean } | undefined {
    if (deployed === undefined) return undefined;
    const { engine, volumes, containers } = standing;
    const gone = deployed.createdVolumes.filter((name) => dataVolumes(prefix).includes(name) && !volumes.includes(name));
    if (gone.length > 0 && volumes.length === 0 && containers.length === 0)
        return {
            elsewhere: true,
            fault: [
                `this stack is deployed, but the Docker engine at ${engine} has nothing of it, and a new, empty one would take its place;`,
                'point DOCKER_HOST, or the docker context, at the engine that has it, or move its volumes here first (docs/changes.md, "Another Docker host")',
            ].join(" "),
        };
    if (gone.length > 0)
        return {
            elsewhere: false,
            fault: `${gone.join(" and ")}: gone from the Docker engine at ${engine}, and new, empty volumes would take their place; restore them (docs/changes.md, "A volume is gone")`,
        };
    const strange = containers.filter(({ id }) => !deployed.containers.includes(id)).map(({ name }) => name);
    if (strange.length === 0) return undefined;
    return {
        elsewhere: false,
        fault: [
            `${strange.join(", ")}: made by an update that this stack's state knows nothing of, because the state is an older one or another checkout's;`,
            `bring back the latest state, or run docker rm --force ${strange.join(" ")} and then make up, which makes them anew from this state`,
        ].join(" "),
    };
}
