/** A process that is talked to in lines of JSON. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Line {
    event: string;
    [field: string]: unknown;
}

export class LineProcess {
    /** All that it has said. */
    readonly lines: Line[] = [];
    readonly exited: Promise<unknown>;
    readonly #child: ChildProcessWithoutNullStreams;
    #errors = "";
    #changed: () => void = () => {};

    constructor(command: string, parameters: string[]) {
        this.#child = spawn(command, parameters);
        this.exited = once(this.#child, "close").then(() => this.#changed());
        this.#child.stderr.on("data", (chunk) => {
            this.#errors += chunk;
        });
        // It may be killed while it is written to.
        this.#child.stdin.on("error", () => {});
        createInterface({ input: this.#child.stdout }).on("line", (line) => {
            this.lines.push(JSON.parse(line));
            this.#changed();
        });
    }

    tell(message: object): void {
        this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    }

    /** @returns the first line, past or to come, that fits. @throws after the timeout, or when the process ends, with its error output */
    async heard(what: string, fits: (line: Line) => boolean, timeoutMilliseconds = 20_000): Promise<Line> {
        const deadline = Date.now() + timeoutMilliseconds;
        for (;;) {
            const found = this.lines.find(fits);
            if (found) return found;
            const ended = this.#child.exitCode !== null || this.#child.signalCode !== null;
            const left = deadline - Date.now();
            if (ended || left <= 0) {
                const heard = JSON.stringify(this.lines.slice(-5));
                throw new Error(
                    `${ended ? "it ended" : `not within ${timeoutMilliseconds / 1000} s`}: ${what}; ${heard}; ${this.#errors.slice(-2000)}`,
                );
            }
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, left);
                this.#changed = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
    }

    /** Closes its standard input, which it takes for the end, and waits. */
    async end(): Promise<void> {
        this.#child.stdin.end();
        await this.exited;
    }

    async kill(): Promise<void> {
        this.#child.kill("SIGKILL");
        await this.exited;
    }
}
