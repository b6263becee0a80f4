/**
 * Where the Docker engine is: decided once, for the docker command and for Pulumi's Docker provider. The command follows
 * contexts; the provider knows DOCKER_HOST alone, which therefore carries the decision to it (see scripts/project/environment.ts).
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Endpoint {
    /** As DOCKER_HOST has it. */
    host: string;
    /** The docker context that says so; absent where DOCKER_HOST or nothing does. */
    context?: string;
    /** Where the context's certificates are, named as DOCKER_CERT_PATH wants them. */
    certificates?: string;
    /** Whether the engine's own certificate is not to be checked. */
    unverified?: boolean;
}

export const defaultHost = "unix:///var/run/docker.sock";

/**
 * DOCKER_HOST, else the context of DOCKER_CONTEXT or of `docker context use`, else the default socket. Read from the
 * command's own files, as starting it takes longer than a whole `status` may. Source: cli/command/cli.go and cli/context/store of docker/cli
 * @throws Error in one line if that context does not exist
 */
export function endpointOf(env: NodeJS.ProcessEnv): Endpoint {
    if (env.DOCKER_HOST) return { host: env.DOCKER_HOST };
    const directory = env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker");
    const context = env.DOCKER_CONTEXT || json<{ currentContext?: string }>(join(directory, "config.json"))?.currentContext;
    if (!context || context === "default") return { host: defaultHost };
    const id = createHash("sha256").update(context).digest("hex");
    const meta = json<ContextMeta>(join(directory, "contexts/meta", id, "meta.json"));
    const docker = meta?.Endpoints?.docker;
    if (!docker?.Host) throw new Error(`the docker context "${context}" does not exist; choose another: docker context use NAME`);
    const certificates = join(directory, "contexts/tls", id, "docker");
    return {
        host: docker.Host,
        context,
        ...(isThere(join(certificates, "cert.pem")) && { certificates, unverified: docker.SkipTLSVerify ?? false }),
    };
}

interface ContextMeta {
    Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
}

/** What the environment lacks so that everything that is started in it finds the engine of the docker context; none without a context. */
export function variablesFor({ host, context, certificates, unverified }: Endpoint): Record<string, string> {
    if (context === undefined) return {};
    return {
        DOCKER_HOST: host,
        // Newer providers would follow it instead.
        DOCKER_CONTEXT: "",
        ...(certificates !== undefined && { DOCKER_CERT_PATH: certificates }),
        ...(certificates !== undefined && (unverified ? { DOCKER_TLS: "1", DOCKER_TLS_VERIFY: "" } : { DOCKER_TLS_VERIFY: "1" })),
    };
}

/**
 * @param configured `docker:host` of the stack's file, which the provider would heed, and nothing else
 * @returns one line if the provider would look for another engine than the docker command, which this program runs too
 */
export function providerFault({ host, context }: Endpoint, configured: string | undefined): string | undefined {
    if (configured !== undefined && configured !== host)
        return `docker:host: ${configured} is not the engine that the docker command talks to, ${host}; remove docker:host, and set DOCKER_HOST instead`;
    if (configured === undefined && context !== undefined && host !== defaultHost)
        return `the docker context "${context}" leads to ${host}, and Pulumi's Docker provider knows no contexts; run: eval "$(make -s env)", or set DOCKER_HOST=${host}`;
    if (!/^[a-z]+:\/\//.test(host)) return `DOCKER_HOST: ${host} has no scheme; write tcp://${host}, or unix:// and the path of a socket`;
    return undefined;
}

function json<T>(path: string): T | undefined {
    try {
        return JSON.parse(readFileSync(path, "utf8"));
    } catch {
        return undefined;
    }
}

function isThere(path: string): boolean {
    try {
        readFileSync(path);
        return true;
    } catch {
        return false;
    }
}
