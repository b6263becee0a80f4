/** What a stack's monitoring warns of at the moment. */
import { docker } from "./docker.ts";

export interface FiringAlert {
    name: string;
    severity: string;
    summary: string;
    /** Moment since when, as ISO 8601 has it. */
    since: string;
}

/** Source: https://prometheus.io/docs/prometheus/2.42/querying/api/#alerts */
interface Answer {
    data: { alerts: { state: string; activeAt: string; labels: Record<string, string>; annotations: Record<string, string> }[] };
}

/** The severest first. @returns undefined if the container does not answer */
export async function firingAlerts(container: string): Promise<FiringAlert[] | undefined> {
    try {
        const url = "http://127.0.0.1:9090/api/v1/alerts";
        const { data }: Answer = JSON.parse(await docker(["exec", container, "wget", "-q", "-T", "3", "-O", "-", url], 4));
        return data.alerts
            .filter(({ state }) => state === "firing")
            .map(({ activeAt, labels, annotations }) => ({
                name: labels.alertname ?? "",
                severity: labels.severity ?? "",
                summary: annotations.summary ?? "",
                since: activeAt,
            }))
            .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
    } catch {
        return undefined;
    }
}

function rank({ severity }: FiringAlert): number {
    return severity === "critical" ? 0 : 1;
}
