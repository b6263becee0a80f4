/** Ctrl-C and SIGTERM while something is made that must not stay half-made. */
import { Interrupted } from "../project/failure.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

export class Interruption {
    #caught: NodeJS.Signals | undefined;
    readonly #listener: (signal: NodeJS.Signals) => void;

    /** @param endStep ends what runs, so that it fails. A second signal ends the process at once. */
    constructor(endStep: () => Promise<void>) {
        this.#listener = (signal) => {
            this.#caught = signal;
            this.release();
            // What cannot be ended ends by itself, and the next step is not begun.
            endStep().catch(() => undefined);
        };
        for (const signal of signals) process.on(signal, this.#listener);
    }

    /** @throws Interrupted once there was a signal */
    check(): void {
        if (this.#caught) throw new Interrupted(`interrupted (${this.#caught})`);
    }

    /** From here on signals end the process. */
    release(): void {
        for (const signal of signals) process.off(signal, this.#listener);
    }
}
