import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { root } from "../../../scripts/project/checkout.ts";

const script = join(root, "scripts/deployment/databaseUpgrade/swap.sh");
const entries = ["PG_VERSION", "base", "pg_wal", "global"];

/** A volume with files of PostgreSQL 15, and a whole cluster of 17 that is to take their place. */
function volume(directory: string): void {
    const cluster = (place: string, version: string) => {
        mkdirSync(place, { recursive: true });
        for (const entry of entries) writeFileSync(join(place, entry), version);
    };
    cluster(directory, "15");
    cluster(join(directory, "upgrade-new"), "17");
}

const versions = (directory: string) => new Set(entries.map((entry) => readFileSync(join(directory, entry), "utf8")));

describe("the exchange of a database's files", () => {
    const place = mkdtempSync(join(tmpdir(), "swap-"));
    const directory = join(place, "volume");
    const bin = join(place, "bin");
    const count = join(place, "count");
    after(() => rmSync(place, { recursive: true }));

    /** @param moves after which the machine fails */
    function swap(what: "swap" | "undo" | "finish", moves = 1000): boolean {
        mkdirSync(bin, { recursive: true });
        writeFileSync(count, "");
        const mv = `#!/bin/sh\n[ "$(wc -c <${count})" -lt ${moves} ] || { kill -KILL $PPID; exit 1; }\nprintf x >>${count}\nexec /bin/mv "$@"\n`;
        writeFileSync(join(bin, "mv"), mv);
        chmodSync(join(bin, "mv"), 0o755);
        const { exitCode } = execaSync("sh", [script, directory, what], { env: { PATH: `${bin}:${process.env.PATH}` }, reject: false });
        return exitCode === 0;
    }
    const moved = () => readFileSync(count, "utf8").length;

    beforeEach(() => {
        rmSync(directory, { recursive: true, force: true });
        volume(directory);
    });

    it("puts the new ones in their place, and keeps the former until it is told", () => {
        assert.ok(swap("swap"));
        assert.deepEqual([...versions(directory)], ["17"]);
        assert.deepEqual([...versions(join(directory, "upgrade-former"))], ["15"]);
        assert.ok(swap("finish"));
        assert.deepEqual(readdirSync(directory).sort(), [...entries].sort());
    });

    it("goes back from wherever it was cut short, and from the end", () => {
        swap("swap");
        const whole = moved();
        for (let cut = 0; cut <= whole; cut++) {
            rmSync(directory, { recursive: true });
            volume(directory);
            assert.equal(swap("swap", cut), cut >= whole, `${cut} of ${whole}`);
            assert.ok(swap("undo"), `undo after ${cut}`);
            assert.deepEqual([...versions(directory)], ["15"], `after ${cut}`);
            assert.deepEqual(readdirSync(directory).sort(), [...entries].sort(), `after ${cut}`);
        }
    });

    it("goes back where going back was cut short", () => {
        swap("swap");
        swap("undo");
        const whole = moved();
        for (let cut = 0; cut < whole; cut++) {
            rmSync(directory, { recursive: true });
            volume(directory);
            swap("swap");
            swap("undo", cut);
            assert.ok(swap("undo"), `again after ${cut}`);
            assert.deepEqual([...versions(directory)], ["15"], `after ${cut}`);
        }
    });

    it("does nothing where there is no new cluster", () => {
        rmSync(join(directory, "upgrade-new"), { recursive: true });
        assert.ok(!swap("swap"));
        assert.deepEqual([...versions(directory)], ["15"]);
        assert.ok(!existsSync(join(directory, "upgrade-former")));
    });
});
