/**
 * What Prometheus calculates from the metrics: recorded series, and alerts. Pure.
 * Source of the format: https://prometheus.io/docs/prometheus/2.42/configuration/recording_rules/
 */
import { stringify } from "yaml";

/** The parts of a stack that not every stack has. */
export interface Watched {
    federation: boolean;
    relay: boolean;
    /** Seconds that may be lost; absent where no backups are made. */
    maxLoss?: number;
}

export interface RecordingRule {
    record: string;
    expr: string;
}

export interface AlertRule {
    alert: string;
    /** PromQL: what is looked at. It has a value also while nothing is wrong. */
    value: string;
    /** What is wrong with the value, such as `> 0.8`. */
    condition: string;
    /** How long it must be so, as Prometheus writes durations. */
    for: string;
    severity: "critical" | "warning";
    /** Template of one line: what is the matter. */
    summary: string;
    /** What to do. */
    advice: string;
}

export const recordingRules: readonly RecordingRule[] = [
    {
        record: "matrix:requests:rate5m",
        expr: "sum by (method) (rate(synapse_http_server_response_count_total[5m]))",
    },
    {
        // A sync waits for something to happen, and says nothing about how fast the server is.
        record: "matrix:request_seconds:p95",
        expr: 'histogram_quantile(0.95, sum by (le) (rate(synapse_http_server_response_time_seconds_bucket{servlet!~".*Sync.*"}[5m])))',
    },
    { record: "matrix:events_stored:rate5m", expr: "sum(rate(synapse_storage_events_persisted_events_total[5m]))" },
    {
        record: "matrix:event_lag:events",
        expr: "clamp_min(scalar(max(synapse_event_persisted_position)) - max by (name) (synapse_event_processing_positions), 0)",
    },
    {
        record: "matrix:database_connections:ratio",
        expr: "sum(pg_stat_activity_count) / (max(pg_settings_max_connections) - max(pg_settings_superuser_reserved_connections))",
    },
    {
        record: "matrix:disk_free:ratio",
        expr: "max by (mountpoint) (node_filesystem_avail_bytes / node_filesystem_size_bytes)",
    },
    { record: "matrix:certificate_remaining:seconds", expr: "matrix_certificate_not_after_seconds - time()" },
    { record: "matrix:backup_age:seconds", expr: "time() - max(matrix_backup_stored_timestamp_seconds)" },
];

/** Events by which whoever reads the server's events may be behind. */
const mostBehind = 100;
const day = 86_400;

export function alertRules({ federation, relay, maxLoss }: Watched): AlertRule[] {
    return [
        {
            alert: "ServerDown",
            value: 'matrix_probe_success{target="client API"}',
            condition: "== 0",
            for: "1m",
            severity: "critical",
            summary: "The gateway does not answer requests for the client API.",
            advice: "resource-matrix-synapse status shows which part is down, and resource-matrix-synapse logs why.",
        },
        ...(relay ? [relayDown] : []),
        {
            alert: "DatabaseDown",
            value: "pg_up",
            condition: "== 0",
            for: "1m",
            severity: "critical",
            summary: "The database server takes no connection.",
            advice: "See resource-matrix-synapse logs database.",
        },
        {
            alert: "MetricsMissing",
            value: "up",
            condition: "== 0",
            for: "3m",
            severity: "warning",
            summary: "{{ $labels.job }} gives no metrics, so alerts about it cannot fire.",
            advice: "See resource-matrix-synapse status and resource-matrix-synapse logs {{ $labels.job }}.",
        },
        {
            alert: "DatabaseConnectionsExhausted",
            value: "matrix:database_connections:ratio",
            condition: "> 0.8",
            for: "2m",
            severity: "critical",
            summary: "{{ $value | humanizePercentage }} of the database server's connections are in use.",
            advice: "Find who holds them in pg_stat_activity, or raise the server's limit.",
        },
        {
            alert: "DiskFilling",
            value: "matrix:disk_free:ratio",
            condition: "< 0.1",
            for: "2m",
            severity: "critical",
            summary:
                'Only {{ $value | humanizePercentage }} is free where {{ if eq $labels.mountpoint "/backup" }}backups are stored{{ else }}the volumes are{{ end }}.',
            advice: "Make room or enlarge the disk: PostgreSQL stops when it is full.",
        },
        ...(federation ? [federationBehind] : []),
        {
            alert: "EventQueueGrowing",
            value: 'matrix:event_lag:events{name!="federation_sender"}',
            condition: `> ${mostBehind}`,
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.name }} is {{ $value }} events behind.",
            advice: "Look for locks in the database (pg_locks), for load, and for errors in resource-matrix-synapse logs homeserver.",
        },
        {
            alert: "CertificateExpiring",
            // A tenth is late for any certificate that renews itself: ACME clients do it when a third is left.
            value: `matrix:certificate_remaining:seconds - on() clamp_max(0.2 * (matrix_certificate_not_after_seconds - matrix_certificate_not_before_seconds), ${14 * day})`,
            condition: "< 0",
            for: "1m",
            severity: "warning",
            summary:
                'The gateway\'s certificate ends in {{ with query "matrix:certificate_remaining:seconds" }}{{ . | first | value | humanizeDuration }}{{ end }}.',
            advice: "Set another one in gateway.certificate; with ACME, see resource-matrix-synapse logs gateway.",
        },
        ...(maxLoss === undefined ? [] : [backupLate(maxLoss)]),
        {
            alert: "NotificationsFailing",
            value: "sum by (integration) (rate(alertmanager_notifications_failed_total[5m]))",
            condition: "> 0",
            for: "2m",
            severity: "warning",
            summary: "Alerts cannot be delivered by {{ $labels.integration }}.",
            advice: "Check monitoring.receivers, and see resource-matrix-synapse logs alerts.",
        },
    ];
}

const relayDown: AlertRule = {
    alert: "RelayDown",
    value: 'matrix_probe_success{target="relay"}',
    condition: "== 0",
    for: "1m",
    severity: "critical",
    summary: "The relay does not answer, so calls may not connect.",
    advice: "See resource-matrix-synapse logs relay.",
};

const federationBehind: AlertRule = {
    alert: "FederationBehind",
    value: 'matrix:event_lag:events{name="federation_sender"} + on() sum(synapse_federation_transaction_queue_pending_pdus)',
    condition: `> ${mostBehind}`,
    for: "5m",
    severity: "warning",
    summary: "{{ $value }} events wait to be sent to other servers.",
    advice: "resource-matrix-synapse content execute --name federation-check tells whether this server reaches others.",
};

/**
 * Five times as long as is promised, and at least five minutes: pruning the repository holds it up that long. The minute on top is for
 * a machine that was off: its backups are old until the next one is made.
 */
function backupLate(maxLoss: number): AlertRule {
    return {
        alert: "BackupLate",
        value: "matrix:backup_age:seconds",
        condition: `> ${Math.max(5 * maxLoss, 300)}`,
        for: "1m",
        severity: "critical",
        summary: "What changed in the last {{ $value | humanizeDuration }} is in no backup.",
        advice: "See resource-matrix-synapse status and resource-matrix-synapse logs backup.",
    };
}

export function expressionOf({ value, condition }: Pick<AlertRule, "value" | "condition">): string {
    return `${value} ${condition}`;
}

export function rulesYaml(watched: Watched): string {
    const alerts = alertRules(watched).map((rule) => ({
        alert: rule.alert,
        expr: expressionOf(rule),
        for: rule.for,
        labels: { severity: rule.severity },
        annotations: { summary: rule.summary, advice: rule.advice },
    }));
    const groups = [
        { name: "matrix", rules: recordingRules },
        { name: "alerts", rules: alerts },
    ];
    return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
