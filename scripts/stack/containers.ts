/** Starting and stopping a stack's containers, in the order in which they need each other. */
import { setTimeout as sleep } from "node:timers/promises";
import { restartPolicy } from "../../components/platform/docker/restartPolicy.ts";
import { Failure } from "../project/failure.ts";
import { type Component, componentsOf, isHealthy } from "./components.ts";
import { docker } from "./docker.ts";

/** @throws Failure (with that exit code) if there are none */
export async function installed(stack: string, exitCode: 1 | 2 = 1): Promise<Component[]> {
    const components = await componentsOf(stack);
    if (components.length === 0)
        throw new Failure(`stack ${stack} is not installed; run: resource-matrix-synapse manage install --stack ${stack}`, exitCode);
    return components;
}

const isDatabase = ({ role }: Component): boolean => role === "database";

export const runs = ({ inspected: { State } }: Component): boolean => State.Running && !State.Paused;

/**
 * Starts what does not run. The database first, and healthy before what needs it: the homeserver ends without it.
 * @throws Failure if Docker refuses, or the database is not healthy by `deadline` (milliseconds)
 */
export async function startInOrder(stack: string, components: readonly Component[], deadline: number): Promise<void> {
    const database = components.filter(isDatabase);
    const others = components.filter((component) => !isDatabase(component));
    await begin(database, deadline);
    if (database.length > 0 && !others.every(runs)) await healthy(stack, deadline, isDatabase);
    await begin(others, deadline);
}

async function begin(components: readonly Component[], deadline: number): Promise<void> {
    const paused = components.filter(({ inspected }) => inspected.State.Paused);
    const stopped = components.filter(({ inspected }) => !inspected.State.Running);
    const seconds = Math.max(1, (deadline - Date.now()) / 1000);
    await setPolicy(restartPolicy, stopped, seconds);
    if (paused.length > 0) await docker(["unpause", ...paused.map(({ container }) => container)], seconds);
    // One call: Docker starts them in the order given.
    if (stopped.length > 0) await docker(["start", ...stopped.map(({ container }) => container)], seconds);
}

async function setPolicy(policy: string, components: readonly Component[], seconds: number): Promise<void> {
    if (components.length > 0) await docker(["update", `--restart=${policy}`, ...components.map(({ container }) => container)], seconds);
}

/**
 * Waits until all that `which` picks are healthy.
 * @throws Failure at `deadline`, naming those that are not
 */
export async function healthy(stack: string, deadline: number, which: (component: Component) => boolean = () => true): Promise<void> {
    for (;;) {
        const sick = (await componentsOf(stack)).filter((component) => which(component) && !isHealthy(component));
        if (sick.length === 0) return;
        if (Date.now() > deadline) {
            const names = sick.map(({ role, inspected: { State } }) => `${role} (${State.Running ? State.Health?.Status : State.Status})`);
            throw new Failure(
                `not healthy in time: ${names.join(", ")}; see: resource-matrix-synapse logs ${sick[0]?.role} --stack ${stack}`,
            );
        }
        await sleep(300);
    }
}

/**
 * Stops what runs, the database last. Each container gets the time that it asks for to shut down, but all together no more
 * than `seconds`; `force` gives none. They stay down when Docker starts anew.
 * @throws Failure if Docker refuses or does not answer
 */
export async function stopInOrder(
    components: readonly Component[],
    { seconds, force }: { seconds: number; force?: boolean },
): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    const left = () => Math.max(1, (deadline - Date.now()) / 1000);
    const running = components.filter(({ inspected }) => inspected.State.Running);
    await setPolicy("no", running, left());
    // A paused process cannot answer a signal.
    const paused = running.filter(({ inspected }) => inspected.State.Paused);
    if (paused.length > 0) await docker(["unpause", ...paused.map(({ container }) => container)], left());
    const stages = [running.filter((component) => !isDatabase(component)), running.filter(isDatabase)];
    for (const [index, stage] of stages.entries()) {
        // The database needs some of the time, and Docker some to kill what did not stop.
        const share = Math.max(0, Math.floor(left() / (stages.length - index) - 2));
        const grace = ({ inspected }: Component) => (force ? 0 : Math.min(inspected.Config.StopTimeout ?? 10, share));
        // A process each: given many containers, docker stops one after the other.
        await Promise.all(stage.map((component) => docker(["stop", "-t", `${grace(component)}`, component.container], left())));
    }
}
