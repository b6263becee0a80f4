/** What reads the metrics of the database server and of the Docker host. Pure. */
import type { DatabaseConnection } from "../database/connections.ts";
import type { Volume, Workload } from "../platform/platform.ts";

const user = { uid: 65534, gid: 65534 };
const answers = (port: number): Workload["health"] => ({
    command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}/`],
    startSeconds: 30,
});

/** Source: https://github.com/prometheus-community/postgres_exporter/tree/v0.11.1#environment-variables */
export function databaseMetrics(image: string, connection: DatabaseConnection): Workload {
    const password = "/run/secrets/monitor-password";
    const authority = "/etc/postgres-exporter/authority.pem";
    const { host, port, name, user: role, sslMode } = connection;
    const parameters = new URLSearchParams({ sslmode: sslMode });
    if (connection.authority !== undefined) parameters.set("sslrootcert", authority);
    return {
        image,
        command: [],
        user,
        environment: {
            DATA_SOURCE_URI: `${host.includes(":") ? `[${host}]` : host}:${port}/${name}?${parameters}`,
            DATA_SOURCE_USER: role,
            DATA_SOURCE_PASS_FILE: password,
        },
        files: connection.authority === undefined ? {} : { [authority]: connection.authority },
        secrets: { [password]: connection.password },
        metrics: { port: 9187, path: "/metrics" },
        health: answers(9187),
        limits: { memory: 64 },
        stopSeconds: 5,
    };
}

/**
 * Of the host's own files it needs none: a container's /proc and /sys tell of the whole machine's processors, memory and disks, and
 * what it has mounted of the file systems that matter.
 * @param volume any of the stack's, to know the file system that volumes are on
 * @param backups the directory that backups are stored in, if it is one
 */
export function hostMetrics(image: string, volume: Volume, backups: string | undefined): Workload {
    return {
        image,
        command: [
            "--collector.disable-defaults",
            ...["cpu", "diskstats", "filesystem", "loadavg", "meminfo", "vmstat"].map((name) => `--collector.${name}`),
            // What every container has mounted.
            "--collector.filesystem.mount-points-exclude=^/$|^/(dev|etc|proc|run|sys)($|/)",
            "--collector.filesystem.fs-types-exclude=^(proc|sysfs)$",
        ],
        user,
        volumes: [{ volume, path: "/volumes", readOnly: true }],
        directories: backups === undefined ? [] : [{ directory: backups, path: "/backup", readOnly: true }],
        metrics: { port: 9100, path: "/metrics" },
        health: answers(9100),
        limits: { memory: 64 },
        stopSeconds: 5,
    };
}
