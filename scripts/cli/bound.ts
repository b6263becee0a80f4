// Every command ends in time, whatever hangs: Docker, Pulumi or a server.
import { Failure } from "./failure.ts";

/**
 * Runs `work` for at most `seconds`. The signal it gets is aborted when they are over; children are to be started with it.
 * @throws Failure when the time is over
 */
export async function within<T>(seconds: number, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            // First, so that the failures of what is aborted come after it.
            reject(new Failure(`${what} was not done within ${seconds} s and was given up`));
            controller.abort();
        }, seconds * 1000);
    });
    try {
        return await Promise.race([work(controller.signal), late]);
    } finally {
        clearTimeout(timer);
    }
}
