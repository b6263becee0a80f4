/**
 * A client of a TURN relay, as small as a check of it needs: allocate, permit, send, receive, give back. Source: RFC 8656
 *
 * Own code, because nothing else does the job. coturn's own `turnutils_uclient` (4.6.1, tried in the relay's container) takes password
 * and secret on its command line only; calls every refusal but 508 "Cannot complete Allocation", so that a wrong secret (401) is not
 * told apart; takes 4.6 s for one message each way, where `status` has two seconds; ends without giving its allocations back, so that
 * the second look finds a range of four ports used up; chooses versions of TLS at random and hangs where one is refused; and never
 * meets the published ports, as it runs behind them. The one library (werift-ice 0.2.3) leaves allocations behind as well, and loads an
 * mDNS resolver.
 */
import { randomBytes } from "node:crypto";
import type { Credentials } from "./credentials.ts";
import {
    type Address,
    addressOf,
    attributeOf,
    attributes,
    classes,
    decode,
    encode,
    errorOf,
    longTermKey,
    type Message,
    methods,
    xorAddress,
} from "./message.ts";
import { openTransport, type RelayServer, type Transport } from "./transport.ts";

/** What the relay answered instead of doing it. */
export class RelayRefusal extends Error {
    override name = "RelayRefusal";
    constructor(
        /** 401 credentials, 403 peer, 486 quota, 508 no port, … (RFC 8656, section 19). */
        readonly code: number,
        reason: string,
    ) {
        super(`${code} ${reason}`);
    }
}

export interface Received {
    from: Address;
    data: Buffer;
}

/** Milliseconds between two sendings of one request over UDP; the relay is near. */
const repeatEvery = 150;

export class RelayClient {
    /** The address that peers are to send to. */
    relayed: Address | undefined;
    private readonly waiting = new Map<string, (answer: Message) => void>();
    private readonly inbox: Received[] = [];
    private onReceived: (() => void) | undefined;
    private transport!: Transport;
    private realm: Buffer | undefined;
    private nonce: Buffer | undefined;
    private closed = false;
    private readonly aborted: Promise<never>;

    private constructor(
        private readonly credentials: Credentials,
        /** Aborts everything that waits. */
        private readonly signal: AbortSignal,
    ) {
        this.aborted = new Promise((_, reject) => {
            const late = () => reject(new Error("no answer"));
            if (signal.aborted) late();
            else signal.addEventListener("abort", late, { once: true });
        });
        this.aborted.catch(() => {});
    }

    /** @throws Error if the relay cannot be reached before the signal aborts */
    static async open(server: RelayServer, credentials: Credentials, signal: AbortSignal): Promise<RelayClient> {
        const client = new RelayClient(credentials, signal);
        client.transport = await openTransport(server, (bytes) => client.take(bytes), signal);
        return client;
    }

    /** TLS: PEM of the certificate that the relay showed. */
    get certificate(): string | undefined {
        return this.transport.certificate;
    }

    /** @throws RelayRefusal, or Error if there is no answer */
    async allocate(family: 4 | 6 = 4): Promise<Address> {
        const udp = Buffer.from([17, 0, 0, 0]);
        const answer = await this.request(methods.allocate, () => [
            [attributes.requestedTransport, udp],
            ...(family === 6 ? [[attributes.requestedAddressFamily, Buffer.from([2, 0, 0, 0])] as [number, Buffer]] : []),
        ]);
        const value = attributeOf(answer, attributes.relayedAddress);
        if (!value) throw new Error("an allocation without a relayed address");
        this.relayed = addressOf(value, answer.transaction);
        return this.relayed;
    }

    /**
     * Lets what comes from this address through, whatever its port, and what goes there.
     * @throws RelayRefusal (403: a peer that is denied)
     */
    async permit(ip: string): Promise<void> {
        await this.request(methods.createPermission, (transaction) => [[attributes.peerAddress, xorAddress({ ip, port: 0 }, transaction)]]);
    }

    /** Through the relay to a peer that is permitted; what is not is dropped without a word. */
    send(to: Address, data: Buffer): void {
        const transaction = randomBytes(12);
        const given: Message["attributes"] = [
            [attributes.peerAddress, xorAddress(to, transaction)],
            [attributes.data, data],
        ];
        this.transport.send(encode({ type: methods.send | classes.indication, transaction, attributes: given }));
    }

    /** What a peer sent, in the order it came; rejects when the signal aborts. */
    async receive(): Promise<Received> {
        const first = this.inbox.shift();
        if (first) return first;
        await this.orAborted(
            new Promise<void>((resolve) => {
                this.onReceived = resolve;
            }),
        );
        return this.receive();
    }

    /** Gives the relayed address back and shuts the way, once. */
    async close(): Promise<void> {
        if (this.closed) return;
        this.closed = true;
        const given: Message["attributes"] = [[attributes.lifetime, Buffer.alloc(4)]];
        const answered = this.relayed && !this.signal.aborted ? this.request(methods.refresh, () => given) : undefined;
        // After the time is over the relay is told all the same, and the answer not waited for.
        if (this.relayed && !answered) this.transport.send(this.signedRequest(methods.refresh, randomBytes(12), given));
        await answered?.catch(() => {});
        this.transport.close();
    }

    /** Once without a signature, to learn realm and nonce, then with it; a stale nonce (438) is taken anew. */
    private async request(method: number, given: (transaction: Buffer) => Message["attributes"]): Promise<Message> {
        for (let attempt = 0; ; attempt++) {
            const transaction = randomBytes(12);
            const signed = this.nonce !== undefined;
            const answer = await this.exchange(transaction, this.signedRequest(method, transaction, given(transaction)));
            if ((answer.type & 0x110) === classes.success) return answer;
            const { code, reason } = errorOf(answer);
            this.realm = attributeOf(answer, attributes.realm) ?? this.realm;
            this.nonce = attributeOf(answer, attributes.nonce) ?? this.nonce;
            const tryAgain = (code === 401 && !signed) || code === 438;
            if (!tryAgain || attempt >= 3) throw new RelayRefusal(code, reason);
        }
    }

    private signedRequest(method: number, transaction: Buffer, given: Message["attributes"]): Buffer {
        const type = method | classes.request;
        if (!this.realm || !this.nonce) return encode({ type, transaction, attributes: given });
        const { username, password } = this.credentials;
        const all: Message["attributes"] = [
            ...given,
            [attributes.username, Buffer.from(username)],
            [attributes.realm, this.realm],
            [attributes.nonce, this.nonce],
        ];
        return encode({ type, transaction, attributes: all }, longTermKey(username, this.realm.toString(), password));
    }

    private async exchange(transaction: Buffer, message: Buffer): Promise<Message> {
        const id = transaction.toString("hex");
        const answer = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
        this.transport.send(message);
        const again = this.transport.lossy ? setInterval(() => this.transport.send(message), repeatEvery) : undefined;
        try {
            return await this.orAborted(answer);
        } finally {
            clearInterval(again);
            this.waiting.delete(id);
        }
    }

    private orAborted<T>(work: Promise<T>): Promise<T> {
        return Promise.race([work, this.transport.broken, this.aborted]);
    }

    private take(bytes: Buffer): void {
        const message = decode(bytes);
        if (!message) return;
        if (message.type !== (methods.data | classes.indication)) {
            this.waiting.get(message.transaction.toString("hex"))?.(message);
            return;
        }
        const peer = attributeOf(message, attributes.peerAddress);
        const data = attributeOf(message, attributes.data);
        if (!peer || !data) return;
        this.inbox.push({ from: addressOf(peer, message.transaction), data });
        this.onReceived?.();
    }
}
