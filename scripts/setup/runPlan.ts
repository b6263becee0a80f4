/** Runs the steps of a plan and shows them: live on a terminal, line by line elsewhere. */
import { Listr, type ListrTask, PRESET_TIMER } from "listr2";
import { duration } from "../project/duration.ts";
import { Failure } from "../project/failure.ts";
import type { Lane, Plan, Report, Step } from "./step.ts";

/** Runs the plan; the first failure ends it. */
export async function runPlan(plan: Plan): Promise<void> {
    const isTerminal = Boolean(process.stdout.isTTY) && !process.env.CI;
    await (isTerminal ? runLive(plan) : runInLines(plan));
}

async function runInLines(plan: Plan): Promise<void> {
    for (const part of plan) {
        if (Array.isArray(part)) {
            await Promise.all(part.map((lane) => runInLines(lane.steps)));
        } else {
            await runInLine(part);
        }
    }
}

async function runInLine(step: Step, say: Report = console.log): Promise<void> {
    const reason = await step.done();
    if (reason !== undefined) {
        say(`✔ ${step.title}: ${reason}`);
        return;
    }
    const started = Date.now();
    say(`❯ ${step.title}`);
    try {
        await ticking(15, (progress, seconds) => say(`  ${step.title}: ${progress} (${seconds} s)`), step);
    } catch (error) {
        say(`✖ ${step.title} [${duration(Date.now() - started)}]`);
        throw error;
    }
    say(`✔ ${step.title} [${duration(Date.now() - started)}]`);
}

/** Runs the step; every `period` seconds what it last reported is shown, also when it reports nothing new. */
async function ticking(period: number, show: (progress: string, seconds: number) => void, step: Step): Promise<void> {
    const started = Date.now();
    let last = "working";
    const timer = setInterval(() => show(last, Math.round((Date.now() - started) / 1000)), period * 1000);
    try {
        await step.run((progress) => {
            last = progress;
        });
    } finally {
        clearInterval(timer);
    }
}

async function runLive(plan: Plan): Promise<void> {
    let failure: unknown;
    const toTask = (step: Step): ListrTask => ({
        title: step.title,
        task: async (_, task) => {
            try {
                const reason = await step.done();
                if (reason !== undefined) {
                    task.title = `${step.title}: ${reason}`;
                    return;
                }
                await ticking(1, (progress, seconds) => (task.output = `${progress} (${seconds} s)`), step);
            } catch (error) {
                failure ??= error;
                // The whole message is shown once, below the list.
                throw new Failure("failed");
            }
        },
    });
    const toLane = (lane: Lane): ListrTask => ({
        title: lane.title,
        task: (_, task) => task.newListr(lane.steps.map(toTask), { concurrent: false }),
    });
    const tasks = plan.map(
        (part): ListrTask =>
            Array.isArray(part)
                ? {
                      title: part.map((lane) => lane.title).join(" and "),
                      task: (_, task) => task.newListr(part.map(toLane), { concurrent: true }),
                  }
                : toTask(part),
    );
    const rendererOptions = { timer: PRESET_TIMER, collapseSubtasks: false, collapseErrors: false, showErrorMessage: false };
    try {
        await new Listr(tasks, { rendererOptions }).run();
    } catch (error) {
        throw failure ?? error;
    }
}
