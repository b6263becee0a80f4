/** Grafana's provisioning files. Pure. Source: https://grafana.com/docs/grafana/v12.2/administration/provisioning/ */
import { readFileSync } from "node:fs";
import { stringify } from "yaml";

export const provisioning = "/etc/grafana/provisioning";
const folder = "/etc/grafana/dashboards";

/** By path. @param url of Prometheus, as Grafana reaches it */
export function provisioningFiles(url: string): Record<string, string> {
    const source = { name: "Prometheus", uid: "prometheus", type: "prometheus", access: "proxy", url, isDefault: true, editable: false };
    const provider = { name: "matrix", type: "file", disableDeletion: true, allowUiUpdates: false, options: { path: folder } };
    return {
        [`${provisioning}/datasources/prometheus.yaml`]: stringify({ apiVersion: 1, datasources: [source] }),
        [`${provisioning}/dashboards/matrix.yaml`]: stringify({ apiVersion: 1, providers: [provider] }),
        [`${folder}/homeserver.json`]: readFileSync(new URL("homeserver.json", import.meta.url), "utf8"),
    };
}
