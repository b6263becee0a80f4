/** Lines of logs with the time that Docker noted for each. */
import { Failure } from "../../project/failure.ts";
import type { Component } from "../components.ts";
import { dockerOutput } from "../docker.ts";

export interface Line {
    component: string;
    /** As Docker writes it, RFC 3339 with nanoseconds in UTC, so that text sorts by time. */
    time: string;
    text: string;
}

/** `docker logs --timestamps` puts the time first. Undefined for what has none: a line that was cut. */
export function parseLine(component: string, line: string): Line | undefined {
    const match = /^(\d{4}-\d\d-\d\dT\S+Z) ?(.*)$/.exec(line.replace(/\r$/, ""));
    return match ? { component, time: sortable(match[1] ?? ""), text: match[2] ?? "" } : undefined;
}

/** Docker leaves out zeros at the end of the fraction. */
function sortable(time: string): string {
    const [seconds = "", fraction = ""] = time.replace("Z", "").split(".");
    return `${seconds}.${fraction.padEnd(9, "0")}Z`;
}

/** By time; lines of one component stay in their order. */
export function byTime(lines: Line[]): Line[] {
    return lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

export interface Selection {
    tail: number;
    since?: string;
}

/** @throws Failure if Docker does not answer */
export async function lastLines(components: readonly Component[], { tail, since }: Selection): Promise<Line[]> {
    if (tail === 0) return [];
    const flags = ["--timestamps", "--tail", `${tail}`, ...(since === undefined ? [] : ["--since", since])];
    const lines = await Promise.all(components.map(({ role, container }) => read(role, ["logs", ...flags, container])));
    return byTime(lines.flat()).slice(-tail);
}

/** A container writes to both streams; both are its log. */
async function read(component: string, parameters: string[]): Promise<Line[]> {
    const { stdout, stderr } = await dockerOutput(parameters, 12);
    return byTime(`${stdout}\n${stderr}`.split("\n").flatMap((line) => parseLine(component, line) ?? []));
}

/** `--since` as Docker takes it; days as well, which it does not. */
export function sinceArgument(text: string): string {
    const days = /^(\d+)d$/.exec(text)?.[1];
    if (days !== undefined) return `${Number(days) * 24}h`;
    if (/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(text)) return text;
    if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
    throw new Failure(`--since: "${text}" is neither a span such as 10m, 2h, 1d nor a time such as 2026-01-31T12:00:00Z`);
}

const colours = [36, 33, 32, 35, 34, 31];

/** "homeserver | text", the names in columns, in colours on a terminal. */
export function painter(components: readonly { role: string }[], colour: boolean): (line: Line) => string {
    const width = Math.max(...components.map(({ role }) => role.length));
    const numbers = new Map(components.map(({ role }, index) => [role, colours[index % colours.length]]));
    return ({ component, text }) => {
        const name = `${component.padEnd(width)} |`;
        return `${colour ? `\u001b[${numbers.get(component)}m${name}\u001b[0m` : name} ${text}`;
    };
}
