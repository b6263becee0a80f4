/**
 * What an idle stack costs: CPU seconds of its containers, and of the Docker engine that looks after them, for each second of the clock.
 * The engine serves all stacks of the machine, so it is quiet only where this stack is the only one.
 *
 *   node --import tsx benchmarks/atRest.ts [STACK] [SECONDS]
 */
import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { stackLabel, stackPrefix } from "../components/platform/docker/labels.ts";
import { project } from "../scripts/project/checkout.ts";

const [stack = "dev", seconds = "60"] = process.argv.slice(2);

/** CPU seconds of a container since its start. */
function ofContainer(id: string): Promise<number> {
    return new Promise((resolve, reject) => {
        get({ socketPath: "/var/run/docker.sock", path: `/containers/${id}/stats?stream=false&one-shot=true` }, (answer) => {
            let text = "";
            answer.on("data", (part) => {
                text += part;
            });
            answer.on("end", () => resolve(JSON.parse(text).cpu_stats.cpu_usage.total_usage / 1e9));
        }).on("error", reject);
    });
}

/** CPU seconds of the engine's processes and of what they have waited for, by /proc. Source: proc(5), a tick is 10 ms */
function ofEngine(): number {
    const engine = /^(dockerd|containerd)/;
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => {
            try {
                const [, name = "", rest = ""] = /\((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
                const ticks = rest.split(" ").slice(11, 15).map(Number);
                return engine.test(name) ? ticks.reduce((sum, each) => sum + each, 0) / 100 : 0;
            } catch {
                return 0;
            }
        })
        .reduce((sum, each) => sum + each, 0);
}

const filter = `label=${stackLabel}=${stackPrefix(project, stack)}`;
const { stdout } = await execa("docker", ["ps", "--filter", filter, "--format", "{{.ID}} {{.Names}}"]);
const containers = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ") as [string, string]);
const look = async () => [...(await Promise.all(containers.map(([id]) => ofContainer(id)))), ofEngine()];

const before = await look();
const started = performance.now();
await sleep(Number(seconds) * 1000);
const after = await look();
const passed = (performance.now() - started) / 1000;
const cores = after.map((used, index) => (used - (before[index] ?? 0)) / passed);
for (const [index, name] of [...containers.map(([, name]) => name), "Docker engine"].entries())
    console.log(`${name.padEnd(40)} ${cores[index]?.toFixed(4)} cores`);
console.log(`${"all".padEnd(40)} ${cores.reduce((sum, each) => sum + each, 0).toFixed(4)} cores`);
