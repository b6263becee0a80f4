/** How long a verification waits for what is still starting. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../checks/federation/report.ts";

/** All in milliseconds. */
export interface Limits {
    /** For what has a fault to become well. */
    settling: number;
    /** For one round of questions to the gateway. */
    round: number;
    /** For signing in and out: a password's hash takes its time. */
    signIn: number;
    /** For a message each way through the relay. */
    relay: number;
}

/** Thirty seconds in all at worst. The containers were healthy before a verification began, so there is little to wait for. */
export const limits: Limits = { settling: 12_000, round: 5_000, signIn: 8_000, relay: 4_000 };

const pause = 500;

/** Looks again until there is no fault, or the time is over. */
export async function untilWell(look: () => Promise<Step[]>, { settling }: Limits): Promise<Step[]> {
    const end = performance.now() + settling;
    for (;;) {
        const steps = await look();
        if (!steps.some(({ state }) => state === "fault") || performance.now() >= end) return steps;
        await sleep(pause);
    }
}
