/** The panels as a Grafana dashboard. Only `npm run dashboards` loads it: a deployment reads the JSON that this makes. */
import { VizLegendOptionsBuilder } from "@grafana/grafana-foundation-sdk/common";
import { DashboardBuilder, RowBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Panel, rows } from "../panels.ts";

/** Of 24: three panels a line. */
const width = 8;
const height = 7;

const datasource = { type: "prometheus", uid: "prometheus" };

export function dashboard() {
    const builder = new DashboardBuilder("Matrix homeserver")
        .uid("matrix-homeserver")
        .tags(["matrix"])
        .timezone("browser")
        .refresh("30s")
        .time({ from: "now-1h", to: "now" })
        .readonly();
    for (const { title, panels } of rows) {
        builder.withRow(new RowBuilder(title));
        for (const panel of panels) builder.withPanel(timeseries(panel));
    }
    return builder.build();
}

function timeseries({ title, unit, series }: Panel): PanelBuilder {
    const panel = new PanelBuilder()
        .title(title)
        .unit(unit)
        .min(0)
        .span(width)
        .height(height)
        .datasource(datasource)
        .legend(new VizLegendOptionsBuilder().showLegend(true));
    for (const [index, { query, legend }] of series.entries())
        panel.withTarget(
            new DataqueryBuilder()
                .expr(query)
                .legendFormat(legend.replace(/\{(\w+)\}/g, "{{$1}}"))
                .refId(String.fromCharCode(65 + index)),
        );
    return panel;
}
