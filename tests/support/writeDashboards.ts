/** Writes Grafana's dashboard from the panels: npm run dashboards */
import { writeFileSync } from "node:fs";
import { dashboard } from "../../components/monitoring/dashboards/grafana.ts";

writeFileSync("components/monitoring/dashboards/homeserver.json", `${JSON.stringify(dashboard(), undefined, 2)}\n`);
