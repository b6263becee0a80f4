/** How long metrics are kept. Pure. Source: https://prometheus.io/docs/prometheus/2.42/storage/#operational-aspects */
import { lifetime, lifetimePattern } from "../../matrix/lifetime.ts";

const hour = 3_600_000;
const [shortest, longest] = [2 * hour, 10 * 365.25 * 24 * hour];

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInRetention(text: string): string | undefined {
    if (!lifetimePattern.test(text)) return "is not a duration with its unit, such as 12h, 30d, 8w or 1y";
    // Prometheus writes a block of two hours at a time.
    if (lifetime(text) < shortest) return "is too short; at least 2h";
    return lifetime(text) > longest ? "is too long; at most 10y" : undefined;
}
