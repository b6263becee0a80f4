/** Metrics of every part, alerts about them, and something to look at. Nothing of it is reachable from outside. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connections.ts";
import type { Address, Metrics, Platform, Running, Volume, Workload } from "../platform/platform.ts";
import type { MonitoringSettings } from "../settings/monitored.ts";
import { paths as alertmanagerPaths, alertmanagerPort, alertmanagerYaml } from "./alertmanagerConfig.ts";
import type { AlertRoom } from "./alertRoom.ts";
import { dashboardsWorkload } from "./dashboards/workload.ts";
import { databaseMetrics, hostMetrics } from "./exporters.ts";
import { rows } from "./panels.ts";
import { paths, prometheusPort, prometheusYaml } from "./prometheusConfig.ts";
import { rulesYaml } from "./rules.ts";

export interface MonitoringArgs {
    /** The section `monitoring` of the settings. */
    settings: MonitoringSettings;
    /** Where other parts serve metrics. */
    targets: Metrics[];
    /** The gateway, as clients come to it. */
    gateway: { address: Address; host: string };
    /** The stack's own relay. */
    relay?: Address;
    /** Whether other servers are reached. */
    federation: boolean;
    /** Where backups note how far they are, and the directory that they are stored in, if it is one. */
    backup?: { spool: Volume; maxLoss: number; directory?: string };
    /** Connection that reads the database server's statistics. */
    database: DatabaseConnection;
    /** How a bot writes into a room; for that receiver. */
    room?: AlertRoom;
    /** Of the dashboards' administrator. Secret. */
    dashboardsPassword?: pulumi.Output<string>;
    /** Image references. */
    images: { prometheus: string; alertmanager: string; postgresExporter: string; nodeExporter: string; synapse: string; grafana?: string };
    /** Platform that runs all of it. */
    platform: Platform;
}

/** As the images' own user, which owns the data's directories. */
const user = { uid: 65534, gid: 65534 };
const probePort = 9115;
const roomPort = 9094;
const probeScript = "/probe.py";
const roomScript = "/roomAlerts.py";
const spool = "/spool";
const token = "/run/secrets/bot-token";

const file = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const answers = (port: number, path: string, seconds = 30): Workload["health"] => ({
    command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}${path}`],
    startSeconds: seconds,
});

export class Monitoring extends pulumi.ComponentResource {
    constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, platform, images, backup } = args;
        const rules = rulesYaml({ federation: args.federation, relay: args.relay !== undefined, maxLoss: backup?.maxLoss });
        // An input too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:monitoring:Monitoring", name, { rules, receivers: Object.keys(settings.receivers).sort() }, opts);
        const { webhook, mail, room } = settings.receivers;
        if (room && !webhook && !mail)
            void pulumi.log.warn(
                "monitoring.receivers.room: a room on this server cannot tell that the server is down; set monitoring.receivers.webhook or mail as well",
                this,
            );
        const child = { parent: this };
        // Neither holds what cannot be had again.
        const data = platform.volume(`${name}-data`, { ...child, protect: false });
        const silences = platform.volume("alerts-data", { ...child, protect: false });

        const exporters: Running[] = [
            platform.run("database-metrics", databaseMetrics(images.postgresExporter, args.database), child),
            platform.run("host-metrics", hostMetrics(images.nodeExporter, data, backup?.directory), child),
            platform.run("probe", probe(args), child),
        ];
        const writer = args.room && platform.run("room-alerts", roomAlerts(images.synapse, args.room), child);
        const alerts = platform.run(
            "alerts",
            {
                image: images.alertmanager,
                command: [
                    `--config.file=${alertmanagerPaths.config}`,
                    `--storage.path=${alertmanagerPaths.data}`,
                    // It has no peers.
                    "--cluster.listen-address=",
                ],
                user,
                secrets: { [alertmanagerPaths.config]: alertmanagerConfig(settings, writer?.address(roomPort)) },
                volumes: [{ volume: silences, path: alertmanagerPaths.data }],
                metrics: { port: alertmanagerPort, path: "/metrics" },
                health: answers(alertmanagerPort, "/-/healthy"),
                limits: { memory: 96 },
                stopSeconds: 10,
            },
            child,
        );
        const targets = [...args.targets, ...[...exporters, alerts].flatMap(({ metrics }) => metrics ?? []), itself(name)];
        const prometheus = platform.run(
            name,
            {
                image: images.prometheus,
                command: [
                    `--config.file=${paths.config}`,
                    `--storage.tsdb.path=${paths.data}`,
                    `--storage.tsdb.retention.time=${settings.retention}`,
                    `--web.console.templates=${paths.consoles}`,
                    `--web.console.libraries=${paths.libraries}`,
                    // In links to it, which work on the host.
                    `--web.external-url=http://127.0.0.1:${settings.port}/`,
                ],
                user,
                files: {
                    [paths.config]: prometheusYaml(targets, alerts.address(alertmanagerPort)),
                    [paths.rules]: rules,
                    [`${paths.consoles}/overview.html`]: file("console/overview.html"),
                    [`${paths.consoles}/panels.json`]: JSON.stringify(rows),
                },
                volumes: [{ volume: data, path: paths.data }],
                ports: [{ internal: prometheusPort, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
                health: answers(prometheusPort, "/-/ready", 60),
                limits: { memory: 384 },
                stopSeconds: 30,
            },
            { ...child, dependsOn: [alerts.ready] },
        );
        if (images.grafana !== undefined && args.dashboardsPassword)
            platform.run(
                "dashboards",
                dashboardsWorkload({
                    image: images.grafana,
                    volume: platform.volume("dashboards-data", { ...child, protect: false }),
                    prometheus: prometheus.address(prometheusPort),
                    port: settings.dashboardsPort,
                    password: args.dashboardsPassword,
                }),
                { ...child, dependsOn: [prometheus.ready] },
            );
        this.registerOutputs({});
    }
}

function itself(workload: string): Metrics {
    return { workload, host: "127.0.0.1", port: prometheusPort, path: "/metrics" };
}

function probe({ images, gateway, relay, backup }: MonitoringArgs): Workload {
    const at = ({ host, port }: Address) => `${host}:${port}`;
    return {
        image: images.synapse,
        entrypoint: ["python3"],
        command: [
            probeScript,
            `${probePort}`,
            at(gateway.address),
            gateway.host,
            ...(relay ? ["--relay", at(relay)] : []),
            ...(backup ? ["--spool", spool] : []),
        ],
        // Not the backups' own: it may read when they were made, and nothing of what is in them.
        user,
        files: { [probeScript]: file("probe.py") },
        volumes: backup ? [{ volume: backup.spool, path: spool, readOnly: true }] : [],
        metrics: { port: probePort, path: "/metrics" },
        health: { command: ["python3", "-c", `import socket; socket.create_connection(("127.0.0.1", ${probePort}), 3)`], startSeconds: 30 },
        limits: { memory: 96 },
        stopSeconds: 5,
    };
}

function roomAlerts(image: string, { homeserver, roomId, accessToken }: AlertRoom): Workload {
    return {
        image,
        entrypoint: ["python3"],
        command: [roomScript, `${roomPort}`, `http://${homeserver.host}:${homeserver.port}`, roomId, token],
        user,
        files: { [roomScript]: file("roomAlerts.py") },
        secrets: { [token]: accessToken },
        health: { command: ["curl", "-fsS", `http://127.0.0.1:${roomPort}/`], startSeconds: 30 },
        limits: { memory: 64 },
        stopSeconds: 5,
    };
}

function alertmanagerConfig({ receivers }: MonitoringSettings, writer: Address | undefined): pulumi.Output<string> {
    const { webhook, mail } = receivers;
    return pulumi.secret(
        pulumi.all([webhook?.url, mail?.password]).apply(([url, password]) =>
            alertmanagerYaml({
                ...(url !== undefined && { webhook: { url } }),
                ...(mail && { mail: { ...mail, password } }),
                ...(writer && { room: { url: `http://${writer.host}:${writer.port}/` } }),
            }),
        ),
    );
}
