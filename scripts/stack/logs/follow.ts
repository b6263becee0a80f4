/** What comes after the last lines, as it comes. */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Component } from "../components.ts";
import { docker, startDocker } from "../docker.ts";
import { byTime, type Line, parseLine } from "./lines.ts";

/** Milliseconds that a line waits for an earlier one of another component. */
const patience = 150;

/**
 * Gives every line that is later than those in `shown`, by time, until all containers are gone or this process is asked to end.
 * Both are a good end. A container that was stopped or killed is followed again once it is back.
 */
export async function follow(components: readonly Component[], shown: readonly Line[], give: (line: Line) => void): Promise<void> {
    const waiting: Line[] = [];
    const flush = (before: number) => {
        byTime(waiting);
        // By Docker's own clock, which on this machine is ours; on another one lines wait a little longer or shorter.
        const count = waiting.findIndex(({ time }) => Date.parse(time) > before);
        for (const line of waiting.splice(0, count < 0 ? waiting.length : count)) give(line);
    };
    const ended = new AbortController();
    const end = () => ended.abort();
    process.on("SIGINT", end).on("SIGTERM", end);
    const timer = setInterval(() => flush(Date.now() - patience), patience);
    await Promise.all(components.map((component) => followOne(component, shown, (line) => waiting.push(line), ended.signal)));
    clearInterval(timer);
    flush(Number.POSITIVE_INFINITY);
}

async function followOne(
    { role, container }: Component,
    shown: readonly Line[],
    found: (line: Line) => void,
    ended: AbortSignal,
): Promise<void> {
    let last = shown.findLast(({ component }) => component === role)?.time ?? shown.at(-1)?.time ?? new Date().toISOString();
    // Docker's --since gives the lines of that very moment again.
    let seen = shown.filter(({ component, time }) => component === role && time === last).map(({ text }) => text);
    while (!ended.aborted) {
        await attach(container, last, ended, (text) => {
            const line = parseLine(role, text);
            if (!line || line.time < last || (line.time === last && seen.includes(line.text))) return;
            seen = line.time === last ? [...seen, line.text] : [line.text];
            last = line.time;
            found(line);
        });
        if (ended.aborted || !(await exists(container))) return;
        await sleep(1000, undefined, { signal: ended }).catch(() => {});
    }
}

/** Ends when the container does. */
function attach(container: string, since: string, ended: AbortSignal, heard: (text: string) => void): Promise<void> {
    return new Promise((resolve) => {
        const child = startDocker(["logs", "--timestamps", "--follow", "--since", since, container], ended);
        for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", heard);
        child.on("close", () => resolve()).on("error", () => resolve());
    });
}

function exists(container: string): Promise<boolean> {
    return docker(["inspect", "--format", "{{.Id}}", container], 10).then(
        () => true,
        () => false,
    );
}
