/**
 * An append-only file of records that survives `kill -9` and a power cut.
 *
 * Layout: a header line, then records: length, CRC-32 of the length, CRC-32 of the payload (uint32 LE each), payload. Whatever
 * was flushed is whole; only what was never flushed, and so never acted upon, can be torn, and that is the end of the file.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";

const header = Buffer.from("matrix-bot-journal 1\n");
const frame = 12;

export class Journal {
    #descriptor: number;
    #size: number;
    #written = 0;
    #flushed = 0;
    #flushing: Promise<void> | undefined;
    #failure: Error | undefined;

    private constructor(
        readonly path: string,
        descriptor: number,
        size: number,
    ) {
        this.#descriptor = descriptor;
        this.#size = size;
    }

    /**
     * Opens the file, or makes it with mode 0600, and hands each record to `replay` in the order of writing.
     * @throws if the file is no journal, or damaged anywhere but at its end
     */
    static open(path: string, replay: (payload: Buffer) => void): Journal {
        // Left by a rewrite that was killed; the file itself is still the old one, and whole.
        rmSync(`${path}.new`, { force: true });
        const isNew = !existsSync(path);
        const descriptor = openSync(path, isNew ? "wx+" : "r+", 0o600);
        try {
            if (isNew) {
                writeAll(descriptor, header, 0);
                fsyncSync(descriptor);
                syncDirectory(path);
                return new Journal(path, descriptor, header.length);
            }
            const size = readRecords(path, readFileSync(path), replay);
            ftruncateSync(descriptor, size);
            return new Journal(path, descriptor, size);
        } catch (error) {
            closeSync(descriptor);
            throw error;
        }
    }

    /** Length of the file in bytes. */
    get size(): number {
        return this.#size;
    }

    /** @throws what made writing fail: from then on the file no longer follows its owner's state, and nothing is written any more */
    check(): void {
        if (this.#failure) throw this.#failure;
    }

    /** Hands a record to the operating system: it survives the process from here on, and the machine after flush(). */
    append(payload: Uint8Array): void {
        this.check();
        const record = framed(payload);
        this.#attempt("write", () => writeAll(this.#descriptor, record, this.#size));
        this.#size += record.length;
        this.#written++;
    }

    /** Waits until all that was appended is on the disk. @throws if that failed, now or earlier */
    async flush(): Promise<void> {
        this.check();
        while (this.#flushed < this.#written) {
            this.#flushing ??= this.#flushOnce().finally(() => {
                this.#flushing = undefined;
            });
            await this.#flushing;
        }
    }

    async #flushOnce(): Promise<void> {
        const upTo = this.#written;
        // A handle of its own: the descriptor may be replaced by a rewrite meanwhile, which flushes by itself.
        const file = await open(this.path, "r+");
        try {
            await file.datasync();
            this.#flushed = Math.max(this.#flushed, upTo);
        } catch (error) {
            throw this.#failed("flush", error);
        } finally {
            await file.close();
        }
    }

    /** Replaces the whole content; a crash leaves the old content or the new. */
    rewrite(payloads: Iterable<Uint8Array>): void {
        this.check();
        const path = `${this.path}.new`;
        this.#attempt("rewrite", () => {
            const descriptor = openSync(path, "w", 0o600);
            let size = header.length;
            try {
                writeAll(descriptor, header, 0);
                for (const payload of payloads) {
                    const record = framed(payload);
                    writeAll(descriptor, record, size);
                    size += record.length;
                }
                fsyncSync(descriptor);
                renameSync(path, this.path);
                syncDirectory(this.path);
            } catch (error) {
                closeSync(descriptor);
                throw error;
            }
            closeSync(this.#descriptor);
            this.#descriptor = descriptor;
            this.#size = size;
            this.#flushed = this.#written;
        });
    }

    async close(): Promise<void> {
        try {
            await this.flush();
        } finally {
            this.#failure ??= new Error(`${this.path} is closed`);
            closeSync(this.#descriptor);
        }
    }

    /** Lets nothing more in or out; the first error is the one that is told. */
    fail(error: unknown): void {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
    }

    #attempt(what: string, act: () => void): void {
        try {
            act();
        } catch (error) {
            throw this.#failed(what, error);
        }
    }

    #failed(what: string, error: unknown): Error {
        this.#failure ??= new Error(
            `cannot ${what} ${this.path}: ${(error as Error).message}; nothing more is sent or read: give it space or access, then start the bot again`,
        );
        return this.#failure;
    }
}

/** @returns where the last whole record ends */
function readRecords(path: string, content: Buffer, replay: (payload: Buffer) => void): number {
    if (!content.subarray(0, header.length).equals(header)) {
        // Killed while it was made: nothing was in it yet.
        if (header.subarray(0, content.length).equals(content)) {
            rewriteHeader(path);
            return header.length;
        }
        throw new Error(`${path} is not a bot's journal of this version; give the right store, or remove it for a new device`);
    }
    let position = header.length;
    while (position + frame <= content.length) {
        const length = content.readUInt32LE(position);
        const lengthIsWhole = length > 0 && crc32(content.subarray(position, position + 4)) === content.readUInt32LE(position + 4);
        const end = position + frame + length;
        if (lengthIsWhole && end > content.length) break;
        const payload = content.subarray(position + frame, end);
        if (!lengthIsWhole || crc32(payload) !== content.readUInt32LE(position + 8)) {
            if ((lengthIsWhole && end === content.length) || neverWritten(content.subarray(position))) break;
            // Not at the end: the disk lost what others may rely on.
            throw new Error(`${path} is damaged at byte ${position}; restore it from a copy, or remove the store for a new device`);
        }
        replay(payload);
        position = end;
    }
    return position;
}

/** After a power cut a file can be longer than what reached the disk. */
function neverWritten(bytes: Buffer): boolean {
    return bytes.every((byte) => byte === 0);
}

function rewriteHeader(path: string): void {
    const descriptor = openSync(path, "r+");
    writeAll(descriptor, header, 0);
    closeSync(descriptor);
}

function framed(payload: Uint8Array): Buffer {
    const record = Buffer.allocUnsafe(frame + payload.length);
    record.writeUInt32LE(payload.length, 0);
    record.writeUInt32LE(crc32(record.subarray(0, 4)), 4);
    record.writeUInt32LE(crc32(payload), 8);
    record.set(payload, frame);
    return record;
}

function writeAll(descriptor: number, data: Uint8Array, position: number): void {
    for (let done = 0; done < data.length; ) done += writeSync(descriptor, data, done, data.length - done, position + done);
}

/** Makes a new name in a directory survive a power cut. */
function syncDirectory(path: string): void {
    const descriptor = openSync(dirname(path), "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
}
