import { connect } from "node:net";

/** Whether something accepts a TCP connection there in time. */
export function answers(host: string, port: number, timeoutMilliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: timeoutMilliseconds });
        const end = (result: boolean) => {
            socket.destroy();
            resolve(result);
        };
        socket.once("connect", () => end(true));
        socket.once("timeout", () => end(false));
        socket.once("error", () => end(false));
    });
}
