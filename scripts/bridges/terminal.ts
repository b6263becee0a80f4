/** A person at a terminal. Everything goes to standard error: standard output is for the command's result. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { renderUnicodeCompact } from "uqr";
import { Failure, Interrupted } from "../project/failure.ts";
import type { Person } from "./login.ts";

/** @param signal ends a question that waits for its answer */
export function atTerminal(signal: AbortSignal): Person & { close(): void } {
    let muted = false;
    const output = new Writable({
        write(chunk, _, done) {
            if (!muted) process.stderr.write(chunk);
            done();
        },
    });
    const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
    // At a terminal, Ctrl-C is a character like any other to it.
    terminal.on("SIGINT", () => process.emit("SIGINT"));
    // Lines that came before they were asked for, such as from a pipe.
    const lines = terminal[Symbol.asyncIterator]();
    return {
        say: (text) => console.error(text),
        draw: (data) => console.error(qrCode(data, process.stderr.isTTY)),
        async ask(question, hidden) {
            process.stderr.write(`${question}: `);
            muted = hidden && process.stdin.isTTY;
            const given = new Promise<never>((_, reject) => {
                signal.addEventListener("abort", () => reject(new Interrupted("the login was given up; nobody was signed in")), {
                    once: true,
                });
            });
            try {
                const { value, done } = await Promise.race([lines.next(), given]);
                if (done)
                    throw new Failure("no answer was given; run it in a terminal, or give the answers on standard input, a line each");
                return value;
            } finally {
                if (muted) process.stderr.write("\n");
                muted = false;
            }
        },
        close: () => terminal.close(),
    };
}

/** @param coloured white on black, whatever the terminal's colours are: most phones read no code whose light and dark are exchanged */
export function qrCode(data: string, coloured: boolean): string {
    const lines = renderUnicodeCompact(data, { border: 2 }).split("\n");
    return lines.map((line) => (coloured ? `\u001b[97;40m${line}\u001b[0m` : line)).join("\n");
}
