/**
 * Something that answers on a port of the relay's range, for a moment. A relay cannot be asked whether its ports can be reached from
 * outside: what comes from an address without a permission it drops without a word, and this machine's own address, a private
 * one as the container sees it, is one that it must never permit.
 */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIP } from "node:net";
import { startDocker } from "../../stack/docker.ts";
import type { Address } from "./turn/message.ts";

/** What a check of the relay found, said as it is to be read. */
export class CheckFailure extends Error {
    override name = "CheckFailure";
}

export interface EchoInside {
    /** Takes a free port of the range and answers there, until it has done so once; undefined where none is free. Rejects with why it cannot. */
    listen(): Promise<number | undefined>;
    /** The only thing it answers to. */
    token: string;
    end(): void;
}

/**
 * It begins at a line on standard input, as starting a process in a container takes long, and the port is to be held for an instant only:
 * coturn passes a port over that it cannot bind, but where it has no other left it tries on and on. Perl is in every Debian.
 */
const program = `use Socket; $| = 1; my ($min, $max, $token) = @ARGV;
alarm 3;
exit if !defined <STDIN>;
my $socket; socket($socket, PF_INET, SOCK_DGRAM, 0) or die "$!\\n";
for my $port (reverse $min .. $max) {
  next if !bind($socket, sockaddr_in($port, INADDR_ANY));
  print "$port\\n";
  while (defined(my $from = recv($socket, my $data, 64, 0))) { if ($data eq $token) { send($socket, $data, 0, $from); exit } }
}
print "none\\n";`;

export function startEcho(container: string, { min, max }: { min: number; max: number }): EchoInside {
    const token = randomBytes(12).toString("hex");
    const child = startDocker(["exec", "--interactive", container, "perl", "-e", program, `${min}`, `${max}`, token]);
    const port = new Promise<number | undefined>((resolve, reject) => {
        const failed = (reason: string) => reject(new CheckFailure(`its ports cannot be tried: ${reason}`));
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (text) => {
            said += text;
        });
        child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(Number(text) || undefined));
        child.stdin.on("error", () => {});
        child.on("error", ({ message }) => failed(message)).on("close", () => failed(said.trim().split("\n").at(-1) || "perl ended"));
    });
    port.catch(() => {});
    return {
        listen: () => {
            child.stdin.write("\n");
            return port;
        },
        token,
        // Its end of input or of output ends it, wherever it is.
        end: () => child.kill(),
    };
}

/** Whether the echo is heard through this address before the signal aborts. */
export function echoArrives({ ip, port }: Address, token: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createSocket(isIP(ip) === 6 ? "udp6" : "udp4");
        const send = () => socket.send(token, port, ip, () => {});
        const again = setInterval(send, 100);
        const settle = (heard: boolean) => {
            clearInterval(again);
            signal.removeEventListener("abort", silence);
            socket.close();
            resolve(heard);
        };
        const silence = () => settle(false);
        socket.on("message", (message) => message.toString() === token && settle(true)).on("error", silence);
        if (signal.aborted) silence();
        else signal.addEventListener("abort", silence, { once: true });
        send();
    });
}
