/** How long a check waits: for one step, and for all of them. */

export class TooSlow extends Error {
    override name = "TooSlow";
}

export class Patience {
    readonly #end: number;

    /** Both in milliseconds. */
    constructor(
        readonly step: number,
        readonly total: number,
    ) {
        this.#end = performance.now() + total;
    }

    /** @throws TooSlow when the time of this step, or of the whole check, is over; what `act` began is told by the signal */
    async within<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
        const left = this.#end - performance.now();
        const late =
            left < this.step
                ? `no answer before the ${this.total / 1000} s of the whole check were over`
                : `no answer within ${this.step / 1000} s`;
        if (left <= 0) throw new TooSlow(late);
        const controller = new AbortController();
        let timer: NodeJS.Timeout | undefined;
        const over = new Promise<never>((_, reject) => {
            timer = setTimeout(
                () => {
                    reject(new TooSlow(late));
                    controller.abort();
                },
                Math.min(left, this.step),
            );
        });
        try {
            return await Promise.race([act(controller.signal), over]);
        } finally {
            clearTimeout(timer);
        }
    }
}
