/** Starting and stopping a stack's containers, in the order in which they need each other. */
import { setTimeout as sleep } from "node:timers/promises";
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

export const runs = ({ inspected: { State } }: Component): boolean => State.Running && !State.Paused;

/**
 * Starts what does not run. The database first, and healthy before what needs it: the homeserver ends without it.
 * @throws Failure if Docker refuses, or the database is not healthy by `deadline` (milliseconds)
 */
export async function startInOrder(stack: string, components: readonly Component[], deadline: number): Promise<void> {
    const database = components.filter(({ role }) => role === "postgres");
    const others = components.filter(({ role }) => role !== "postgres");
    await begin(database, deadline);
    if (database.length > 0 && !others.every(runs)) await healthy(stack, deadline, ({ role }) => role === "postgres");
    await begin(others, deadline);
}

async function begin(components: readonly Component[], deadline: number): Promise<void> {
    const paused = components.filter(({ inspected }) => inspected.State.Paused);
    const stopped = components.filter(({ inspected }) => !inspected.State.Running);
    const seconds = Math.max(1, (deadline - Date.now()) / 1000);
    if (paused.length > 0) await docker(["unpause", ...paused.map(({ container }) => container)], seconds);
    // One call: Docker starts them in the order given.
    if (stopped.length > 0) await docker(["start", ...stopped.map(({ container }) => container)], seconds);
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
            const names = sick.map(({ name, inspected: { State } }) => `${name} (${State.Running ? State.Health?.Status : State.Status})`);
            throw new Failure(
                `not healthy in time: ${names.join(", ")}; see: resource-matrix-synapse logs ${sick[0]?.name} --stack ${stack}`,
            );
        }
        await sleep(300);
    }
}

/**
 * Stops what runs: keepers first, then from the gateway down to the database. Each is given the time that its container asks
 * for to put its things away, but all together no more than `seconds`; `force` gives none. What is stopped so is not brought
 * back by keepers or restart policies.
 * @throws Failure if Docker refuses or does not answer
 */
export async function stopInOrder(
    components: readonly Component[],
    { seconds, force }: { seconds: number; force?: boolean },
): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    const left = () => Math.max(1, (deadline - Date.now()) / 1000);
    const running = components.filter(({ inspected }) => inspected.State.Running);
    // A paused process cannot answer a signal.
    const paused = running.filter(({ inspected }) => inspected.State.Paused);
    if (paused.length > 0) await docker(["unpause", ...paused.map(({ container }) => container)], left());
    const isKeeper = ({ role }: Component) => role.startsWith("keeper");
    const isDatabase = ({ role }: Component) => role === "postgres";
    const stages = [
        running.filter(isKeeper),
        running.filter((component) => !isKeeper(component) && !isDatabase(component)),
        running.filter(isDatabase),
    ];
    for (const [index, stage] of stages.entries()) {
        // What comes later must have some of the time left, and Docker some to kill what did not stop.
        const share = Math.max(0, Math.floor(left() / (stages.length - index) - 2));
        const grace = ({ inspected }: Component) => (force ? 0 : Math.min(inspected.Config.StopTimeout ?? 10, share));
        // Side by side, by one process each: given many, docker stops one after the other.
        await Promise.all(stage.map((component) => docker(["stop", "-t", `${grace(component)}`, component.container], left())));
    }
}
