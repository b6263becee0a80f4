/** Grafana, where the settings name its image. */
import type * as pulumi from "@pulumi/pulumi";
import type { Address, Volume, Workload } from "../../platform/platform.ts";
import { provisioning, provisioningFiles } from "./provisioning.ts";

export interface DashboardsArgs {
    /** Image reference. */
    image: string;
    /** For what Grafana notes about itself, such as who is signed in. */
    volume: Volume;
    prometheus: Address;
    /** Port on the host's loopback interface. */
    port: number;
    /** Of the account `admin`. Secret. */
    password: pulumi.Output<string>;
}

const internal = 3000;
const passwordFile = "/run/secrets/admin-password";

/** Source of the environment: https://grafana.com/docs/grafana/v12.2/setup-grafana/configure-docker/ */
export function dashboardsWorkload({ image, volume, prometheus, port, password }: DashboardsArgs): Workload {
    return {
        image,
        command: [],
        // As the image's own user, and root's group, which owns the data's directory.
        user: { uid: 472, gid: 0 },
        environment: {
            GF_PATHS_PROVISIONING: provisioning,
            GF_SECURITY_ADMIN_PASSWORD__FILE: passwordFile,
            GF_ANALYTICS_REPORTING_ENABLED: "false",
            GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
            GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
            GF_USERS_ALLOW_SIGN_UP: "false",
        },
        files: provisioningFiles(`http://${prometheus.host}:${prometheus.port}`),
        secrets: { [passwordFile]: password },
        volumes: [{ volume, path: "/var/lib/grafana" }],
        ports: [{ internal, external: port, protocol: "tcp", bind: "127.0.0.1" }],
        health: { command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${internal}/api/health`], startSeconds: 60 },
        limits: { memory: 256 },
        stopSeconds: 10,
    };
}
