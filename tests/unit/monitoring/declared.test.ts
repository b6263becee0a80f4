import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { dashboard } from "../../../components/monitoring/dashboards/grafana.ts";
import { rows } from "../../../components/monitoring/panels.ts";
import { container, containers, declareStack } from "../../support/declaredStack.ts";
import { declared } from "../../support/mocks.ts";

const image = "docker.io/grafana/grafana:12.2.0";
const content = (role: string, file: string) => String(container(role).uploads.find((one) => one.file === file)?.content);

describe("monitoring", () => {
    it("is not there unless it is asked for, and no other container knows of it", async () => {
        await declareStack();
        const roles = containers().map(({ name }) => name.replace("matrix-synapse-test-", ""));
        assert.deepEqual(roles.sort(), ["database", "gateway", "homeserver", "relay"]);
        assert.ok(!/metrics/.test(JSON.stringify(containers())));
    });

    it("asks each part that serves metrics, and the gateway passes none of them on", async () => {
        await declareStack({ monitoring: { enabled: true } });
        const { scrape_configs: jobs } = parse(content("monitoring", "/etc/prometheus/prometheus.yml"));
        assert.deepEqual(
            jobs.map(
                ({
                    job_name,
                    metrics_path,
                    static_configs,
                }: {
                    job_name: string;
                    metrics_path: string;
                    static_configs: { targets: string[] }[];
                }) => [job_name, metrics_path, ...static_configs.flatMap(({ targets }) => targets)],
            ),
            [
                ["homeserver", "/_synapse/metrics", "homeserver:9000"],
                ["gateway", "/metrics", "gateway:2090"],
                ["database-metrics", "/metrics", "database-metrics:9187"],
                ["host-metrics", "/metrics", "host-metrics:9100"],
                ["probe", "/metrics", "probe:9115"],
                ["alerts", "/metrics", "alerts:9093"],
                ["monitoring", "/metrics", "127.0.0.1:9090"],
            ],
        );
        const caddy = JSON.parse(content("gateway", "/etc/caddy/caddy.json"));
        const dialled = JSON.stringify(caddy.apps.http.servers.clients).match(/"dial":"[^"]*"/g);
        assert.deepEqual([...new Set(dialled)], ['"dial":"homeserver:8008"']);
    });

    it("is served in the stack's own network alone where the stack is in another one as well", async () => {
        await declareStack({ monitoring: { enabled: true }, federation: { network: "matrix-mesh" } });
        const caddy = JSON.parse(content("gateway", "/etc/caddy/caddy.json"));
        assert.deepEqual(caddy.apps.http.servers.metrics.listen, ["gateway:2090"]);
        const { listeners } = parse(content("homeserver", "/etc/synapse/homeserver.yaml"));
        assert.deepEqual(listeners[1], { type: "metrics", port: 9000, bind_addresses: ["homeserver", "127.0.0.1"] });
    });

    it("publishes its ports on the loopback interface", async () => {
        await declareStack({ monitoring: { enabled: true, port: 9999, dashboardsPort: 3999 }, images: { grafana: image } });
        const published = containers().flatMap(({ name, ports = [] }) =>
            /monitoring|dashboards/.test(name) ? ports.map(({ external, ip }) => [external, ip]) : [],
        );
        assert.deepEqual(published, [
            [9999, "127.0.0.1"],
            [3999, "127.0.0.1"],
        ]);
    });

    it("reads statistics of the database by a role of its own that reads no data", async () => {
        await declareStack({ monitoring: { enabled: true } });
        const { inputs } = declared("postgresql:index/role:Role", "database-monitor");
        assert.deepEqual([inputs.name, inputs.superuser, inputs.roles], ["synapse_monitor", false, ["pg_monitor"]]);
        const { envs } = container("database-metrics");
        assert.ok(
            JSON.stringify(envs).includes("DATA_SOURCE_URI=database:5432/postgres?"),
            "it need not connect to the homeserver's database",
        );
        assert.ok(!JSON.stringify(envs).includes("password of"));
    });

    it("provisions Grafana with a data source that its dashboard names, and the dashboard", async () => {
        await declareStack({ monitoring: { enabled: true }, images: { grafana: image } });
        const { datasources } = parse(content("dashboards", "/etc/grafana/provisioning/datasources/prometheus.yaml"));
        assert.deepEqual([datasources[0].uid, datasources[0].url], ["prometheus", "http://monitoring:9090"]);
        const { providers } = parse(content("dashboards", "/etc/grafana/provisioning/dashboards/matrix.yaml"));
        const board = JSON.parse(content("dashboards", `${providers[0].options.path}/homeserver.json`));
        const panels = board.panels.filter(({ type }: { type: string }) => type === "timeseries");
        assert.equal(panels.length, rows.flatMap((row) => row.panels).length);
        for (const panel of panels) assert.equal(panel.datasource.uid, "prometheus");
        assert.equal(board.uid, "matrix-homeserver");
    });

    it("has a dashboard that is what the panels say; else run: npm run dashboards", () => {
        const written = JSON.parse(
            readFileSync(new URL("../../../components/monitoring/dashboards/homeserver.json", import.meta.url), "utf8"),
        );
        assert.deepEqual(written, JSON.parse(JSON.stringify(dashboard())));
    });
});
