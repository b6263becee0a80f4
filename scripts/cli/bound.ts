/** Every command ends in time, whatever hangs: Docker, Pulumi or a server. */
import { Failure } from "../project/failure.ts";

/**
 * Runs `work` for at most `seconds`, then aborts its signal and waits `graceSeconds` more for it to end by itself.
 * @throws Failure when the time is over
 */
export async function within<T>(
    seconds: number,
    what: string,
    work: (signal: AbortSignal) => Promise<T>,
    { graceSeconds = 0, advice = "" } = {},
): Promise<T> {
    const controller = new AbortController();
    const late = new Failure(`${what} was not done within ${seconds} s and was given up${advice && `; ${advice}`}`);
    const timers: NodeJS.Timeout[] = [];
    const given = new Promise<never>((_, reject) => {
        timers.push(setTimeout(() => controller.abort(), seconds * 1000));
        timers.push(setTimeout(() => reject(late), (seconds + graceSeconds) * 1000));
    });
    try {
        return await Promise.race([work(controller.signal), given]);
    } catch (error) {
        // What fails because it was aborted says less than why it was.
        throw controller.signal.aborted ? late : error;
    } finally {
        for (const timer of timers) clearTimeout(timer);
    }
}
