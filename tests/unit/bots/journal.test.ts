import assert from "node:assert/strict";
import {
    appendFileSync,
    copyFileSync,
    existsSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    statSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Journal } from "../../../bots/crypto/journal.ts";

describe("A journal", () => {
    const directory = mkdtempSync(join(tmpdir(), "journal-"));
    const path = join(directory, "journal");
    after(() => rmSync(directory, { recursive: true }));
    beforeEach(() => rmSync(path, { force: true }));

    const records = (at = path): string[] => {
        const found: string[] = [];
        closeNow(Journal.open(at, (payload) => found.push(payload.toString())));
        return found;
    };

    async function written(...payloads: string[]): Promise<void> {
        const journal = Journal.open(path, () => {});
        for (const payload of payloads) journal.append(Buffer.from(payload));
        await journal.close();
    }

    it("gives back what was written, in order, and is for its owner alone", async () => {
        await written("one", "two", "three");
        assert.deepEqual(records(), ["one", "two", "three"]);
        assert.equal(statSync(path).mode & 0o777, 0o600);
    });

    it("drops a torn last record, wherever it was cut, and goes on from there", async () => {
        await written("first", "second");
        const whole = statSync(path).size;
        await written("third");
        const full = statSync(path).size;
        for (let length = whole; length < full; length++) {
            const cut = join(directory, "cut");
            copyFileSync(path, cut);
            truncateSync(cut, length);
            assert.deepEqual(records(cut), ["first", "second"], `cut to ${length} of ${full} bytes`);
            assert.equal(statSync(cut).size, whole);
        }
    });

    it("drops an end that a power cut left as zeros", async () => {
        await written("first");
        appendFileSync(path, Buffer.alloc(5000));
        assert.deepEqual(records(), ["first"]);
    });

    it("starts over a header that was not finished", () => {
        writeFileSync(path, "matrix-bot");
        assert.deepEqual(records(), []);
        assert.deepEqual(records(), []);
    });

    it("refuses damage before its end: what others rely on would be missing", async () => {
        await written("first", "second", "third");
        const content = readFileSync(path);
        const start = content.indexOf("\n") + 1;
        for (let at = start; at < content.indexOf("second"); at++) {
            const damaged = Buffer.from(content);
            damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
            writeFileSync(path, damaged);
            assert.throws(() => records(), /is damaged at byte \d+; restore it from a copy, or remove the store/, `byte ${at}`);
        }
    });

    it("refuses a file that is something else", () => {
        writeFileSync(path, "a letter to my mother, which is long enough");
        assert.throws(() => records(), /is not a bot's journal of this version/);
    });

    it("is replaced as a whole by a rewrite, and what a killed rewrite left is removed", async () => {
        const journal = Journal.open(path, () => {});
        for (let count = 0; count < 1000; count++) journal.append(Buffer.from(`record ${count}`));
        journal.rewrite([Buffer.from("all in one")]);
        journal.append(Buffer.from("and one more"));
        await journal.close();
        writeFileSync(`${path}.new`, "half a");
        assert.deepEqual(records(), ["all in one", "and one more"]);
        assert.ok(!existsSync(`${path}.new`));
    });

    it("takes and gives nothing more once writing failed", async () => {
        // The limit on a file's size is the disk that is full.
        const script = `
            import { Journal } from ${JSON.stringify(join(import.meta.dirname, "../../../bots/crypto/journal.ts"))};
            const journal = Journal.open(${JSON.stringify(path)}, () => {});
            const said = [];
            for (const bytes of [1000, 100000, 1]) {
                try { journal.append(Buffer.alloc(bytes, 1)); said.push("written"); } catch (error) { said.push(error.message); }
            }
            await journal.flush().catch((error) => said.push(error.message));
            console.log(JSON.stringify(said));
        `;
        const limited = 'trap "" XFSZ; ulimit -f 16; exec "$0" --import tsx --input-type=module --eval "$1"';
        const { stdout } = await execa("bash", ["-c", limited, process.execPath, script]);
        const [first, second, third, flushed] = JSON.parse(stdout);
        assert.equal(first, "written");
        assert.match(second, /^cannot write .*journal: EFBIG.*; nothing more is sent or read/);
        assert.deepEqual([third, flushed], [second, second]);
        assert.equal(records().length, 1);
    });
});

function closeNow(journal: Journal): void {
    void journal.close();
}
