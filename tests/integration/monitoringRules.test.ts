/** The rules and the configuration of monitoring, as Prometheus' and Alertmanager's own tools take them. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { alertmanagerYaml } from "../../components/monitoring/alertmanagerConfig.ts";
import { alertRules, rulesYaml } from "../../components/monitoring/rules.ts";
import { inImage } from "../support/promtool.ts";

const watched = { federation: true, relay: true, maxLoss: 60 };
const day = 86_400;

interface Case {
    alert: string;
    /** Series and their values, one a minute: https://prometheus.io/docs/prometheus/2.42/configuration/unit_testing_rules/#series */
    series: Record<string, string>;
    /** Minutes after which nothing fires yet, and after which it does. */
    quiet: number;
    fires: number;
    /** Labels beside the severity. */
    labels?: Record<string, string>;
    summary: string;
}

const read = "synapse_event_processing_positions";
/** Of so many days, which ten minutes later has so many left. */
const certificate = (days: number, left: number) => {
    const end = left * day + 600;
    return { matrix_certificate_not_before_seconds: `${end - days * day}x30`, matrix_certificate_not_after_seconds: `${end}x30` };
};

/** Each alert by its cause, and what is nearly the same and must not fire. */
const cases: Case[] = [
    {
        alert: "ServerDown",
        series: { 'matrix_probe_success{target="client API"}': "1 1 0x20" },
        quiet: 2,
        fires: 4,
        labels: { target: "client API" },
        summary: "The gateway does not answer requests for the client API.",
    },
    {
        alert: "RelayDown",
        series: { 'matrix_probe_success{target="relay"}': "1 1 0x20" },
        quiet: 2,
        fires: 4,
        labels: { target: "relay" },
        summary: "The relay does not answer, so calls may not connect.",
    },
    { alert: "DatabaseDown", series: { pg_up: "1 1 0x20" }, quiet: 2, fires: 4, summary: "The database server takes no connection." },
    {
        alert: "MetricsMissing",
        series: { 'up{job="homeserver"}': "1 1 0x20" },
        quiet: 4,
        fires: 6,
        labels: { job: "homeserver" },
        summary: "homeserver gives no metrics, so alerts about it cannot fire.",
    },
    {
        alert: "DatabaseConnectionsExhausted",
        series: {
            'pg_stat_activity_count{state="active"}': "70 70 70 70 90x20",
            pg_settings_max_connections: "103x30",
            pg_settings_superuser_reserved_connections: "3x30",
        },
        quiet: 5,
        fires: 7,
        summary: "90% of the database server's connections are in use.",
    },
    {
        alert: "DiskFilling",
        series: {
            'node_filesystem_avail_bytes{mountpoint="/volumes"}': "50 20 11 5x20",
            'node_filesystem_size_bytes{mountpoint="/volumes"}': "100x30",
        },
        quiet: 4,
        fires: 6,
        labels: { mountpoint: "/volumes" },
        summary: "Only 5% is free where the volumes are.",
    },
    {
        alert: "DiskFilling",
        series: {
            'node_filesystem_avail_bytes{mountpoint="/backup"}': "50 20 11 5x20",
            'node_filesystem_size_bytes{mountpoint="/backup"}': "100x30",
        },
        quiet: 4,
        fires: 6,
        labels: { mountpoint: "/backup" },
        summary: "Only 5% is free where backups are stored.",
    },
    {
        alert: "FederationBehind",
        series: {
            synapse_event_persisted_position: "1000x30",
            [`${read}{name="federation_sender"}`]: "1000x30",
            synapse_federation_transaction_queue_pending_pdus: "0 0 250x30",
        },
        quiet: 6,
        fires: 8,
        summary: "250 events wait to be sent to other servers.",
    },
    {
        alert: "EventQueueGrowing",
        series: { synapse_event_persisted_position: "0+100x30", [`${read}{name="user_dir"}`]: "0 100 200 200x30" },
        quiet: 8,
        fires: 10,
        labels: { name: "user_dir" },
        summary: "user_dir is 800 events behind.",
    },
    {
        alert: "CertificateExpiring",
        series: certificate(90, 14),
        quiet: 9,
        fires: 12,
        summary: "The gateway's certificate ends in 13d 23h 58m 0s.",
    },
    {
        // ACME servers issue these too.
        alert: "CertificateExpiring",
        series: certificate(5, 1),
        quiet: 9,
        fires: 12,
        summary: "The gateway's certificate ends in 23h 58m 0s.",
    },
    {
        alert: "BackupLate",
        series: { matrix_backup_stored_timestamp_seconds: "0 60 120 120x30" },
        quiet: 8,
        fires: 11,
        summary: "What changed in the last 9m 0s is in no backup.",
    },
    {
        alert: "NotificationsFailing",
        series: { 'alertmanager_notifications_failed_total{integration="email"}': "0 0 1+1x30" },
        quiet: 3,
        fires: 6,
        labels: { integration: "email" },
        summary: "Alerts cannot be delivered by email.",
    },
];

describe("the rules of monitoring", function () {
    this.timeout(60_000);

    it("have a case for each alert, which fires when it should, and not before", async () => {
        const rules = alertRules(watched);
        assert.deepEqual([...new Set(cases.map(({ alert }) => alert))].sort(), rules.map(({ alert }) => alert).sort());
        const tests = cases.map(({ alert, series, quiet, fires, labels, summary }) => {
            const rule = rules.find((one) => one.alert === alert) ?? assert.fail(alert);
            const annotations = { summary, advice: rule.advice.replaceAll("{{ $labels.job }}", labels?.job ?? "") };
            return {
                name: alert,
                interval: "1m",
                input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
                alert_rule_test: [
                    { eval_time: `${quiet}m`, alertname: alert, exp_alerts: [] },
                    {
                        eval_time: `${fires}m`,
                        alertname: alert,
                        exp_alerts: [{ exp_labels: { ...labels, severity: rule.severity }, exp_annotations: annotations }],
                    },
                ],
            };
        });
        // As they stand in the file: else an alert may see what was recorded a minute before.
        const settings = { rule_files: ["rules.yml"], evaluation_interval: "1m", group_eval_order: ["matrix", "alerts"] };
        const files = {
            "rules.yml": rulesYaml(watched),
            "tests.yml": stringify({ ...settings, tests }, { aliasDuplicateObjects: false }),
        };
        const { passed, said } = await inImage("prometheus", "promtool", ["test", "rules", "tests.yml"], files);
        assert.ok(passed, said);
    });

    it("are taken by Prometheus for any stack", async () => {
        const kinds = [watched, { federation: false, relay: false }];
        for (const kind of kinds) {
            const { passed, said } = await inImage("prometheus", "promtool", ["check", "rules", "rules.yml"], {
                "rules.yml": rulesYaml(kind),
            });
            assert.ok(passed, said);
        }
    });

    it("reach receivers of every kind, and none", async () => {
        const mail = { smarthost: "smtp.example.org:587", from: "a@example.org", to: ["b@example.org"], tls: true };
        const kinds = [
            {},
            { webhook: { url: "https://example.org/a?token=b" } },
            { mail },
            { mail: { ...mail, username: "u", password: "p: #" }, room: { url: "http://room-alerts:9094/" } },
        ];
        for (const kind of kinds) {
            const files = { "alertmanager.yml": alertmanagerYaml(kind) };
            const { passed, said } = await inImage("alertmanager", "amtool", ["check-config", "alertmanager.yml"], files);
            assert.ok(passed, said);
        }
    });
});
