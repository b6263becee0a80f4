/** What people see of the metrics: the same panels in Grafana and on Prometheus' own page. Pure. */

export interface Panel {
    title: string;
    /** As Grafana names units: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
    unit: "short" | "reqps" | "s" | "bytes" | "percentunit" | "bool_yes_no";
    series: Series[];
}

export interface Series {
    /** PromQL. */
    query: string;
    /** Name of the line, or `{label}` for the value of a label. */
    legend: string;
}

export interface Row {
    title: string;
    panels: Panel[];
}

const one = (title: string, unit: Panel["unit"], query: string, legend: string): Panel => ({ title, unit, series: [{ query, legend }] });

export const rows: readonly Row[] = [
    {
        title: "Service",
        panels: [
            one("Answers", "bool_yes_no", "matrix_probe_success", "{target}"),
            one("Time to answer", "s", "matrix_probe_duration_seconds", "{target}"),
            one("Alerts firing", "short", 'sum(ALERTS{alertstate="firing"}) or vector(0)', "alerts"),
            one("Certificate is valid for", "s", "matrix:certificate_remaining:seconds", "gateway"),
            one("Age of the backup", "s", "matrix:backup_age:seconds", "backup"),
        ],
    },
    {
        title: "Homeserver",
        panels: [
            one("Requests", "reqps", "matrix:requests:rate5m", "{method}"),
            one("Time of a request, 95 of 100", "s", "matrix:request_seconds:p95", "without sync"),
            one("Events stored per second", "short", "matrix:events_stored:rate5m", "events"),
            one("Events that readers are behind", "short", "matrix:event_lag:events", "{name}"),
            one("Events that wait for other servers", "short", "sum(synapse_federation_transaction_queue_pending_pdus)", "events"),
            one("Cores used", "short", 'rate(process_cpu_seconds_total{job="homeserver"}[5m])', "{instance}"),
            one("Memory", "bytes", 'process_resident_memory_bytes{job="homeserver"}', "{instance}"),
        ],
    },
    {
        title: "Gateway",
        panels: [
            one("Requests", "reqps", "sum by (code) (rate(caddy_http_request_duration_seconds_count[5m]))", "{code}"),
            one("Requests in progress", "short", "sum by (server) (caddy_http_requests_in_flight)", "{server}"),
        ],
    },
    {
        title: "Database",
        panels: [
            {
                title: "Connections",
                unit: "short",
                series: [
                    { query: "sum(pg_stat_activity_count)", legend: "in use" },
                    { query: "max(pg_settings_max_connections)", legend: "limit" },
                ],
            },
            {
                title: "Transactions per second",
                unit: "short",
                series: [
                    { query: "sum(rate(pg_stat_database_xact_commit[5m]))", legend: "committed" },
                    { query: "sum(rate(pg_stat_database_xact_rollback[5m]))", legend: "rolled back" },
                ],
            },
            one("Size", "bytes", 'pg_database_size_bytes{datname!~"template.*|postgres"}', "{datname}"),
        ],
    },
    {
        title: "Docker host",
        panels: [
            one("Processor in use", "percentunit", '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))', "all cores"),
            {
                title: "Memory",
                unit: "bytes",
                series: [
                    { query: "node_memory_MemAvailable_bytes", legend: "available" },
                    { query: "node_memory_MemTotal_bytes", legend: "total" },
                ],
            },
            one("Disk that is free", "percentunit", "matrix:disk_free:ratio", "{mountpoint}"),
        ],
    },
];
