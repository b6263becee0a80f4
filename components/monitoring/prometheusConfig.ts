/** Prometheus' configuration. Pure. Source: https://prometheus.io/docs/prometheus/2.42/configuration/configuration/ */
import { stringify } from "yaml";
import type { Address, Metrics } from "../platform/platform.ts";

export const paths = {
    config: "/etc/prometheus/prometheus.yml",
    rules: "/etc/prometheus/rules.yml",
    consoles: "/etc/prometheus/consoles",
    libraries: "/etc/prometheus/console_libraries",
    data: "/prometheus",
};

export const prometheusPort = 9090;

/** Seconds between two looks at metrics and rules. */
const interval = 15;

/** @param targets every workload that serves metrics */
export function prometheusYaml(targets: readonly Metrics[], alertmanager: Address): string {
    const at = ({ host, port }: Address) => ({ static_configs: [{ targets: [`${host}:${port}`] }] });
    return stringify(
        {
            global: { scrape_interval: `${interval}s`, evaluation_interval: `${interval}s` },
            rule_files: [paths.rules],
            alerting: { alertmanagers: [at(alertmanager)] },
            scrape_configs: targets.map(({ workload, path, ...address }) => ({ job_name: workload, metrics_path: path, ...at(address) })),
        },
        { lineWidth: 0 },
    );
}
