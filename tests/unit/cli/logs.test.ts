import assert from "node:assert/strict";
import { byTime, type Line, painter, parseLine, sinceArgument } from "../../../scripts/stack/logs/lines.ts";

const line = (component: string, time: string, text = ""): Line => parseLine(component, `${time} ${text}`) ?? assert.fail(time);

describe("lines of logs", () => {
    it("are read with the time that Docker noted", () => {
        assert.deepEqual(parseLine("gateway", "2026-01-31T12:00:00.5Z hello  world\r"), {
            component: "gateway",
            time: "2026-01-31T12:00:00.500000000Z",
            text: "hello  world",
        });
        assert.equal(parseLine("gateway", "2026-01-31T12:00:00Z")?.text, "");
        assert.equal(parseLine("gateway", "half a line"), undefined);
    });

    it("are put in the order of time, down to the nanosecond, those of one moment as they came", () => {
        const lines = [
            line("a", "2026-01-31T12:00:00.5Z", "third"),
            line("b", "2026-01-31T12:00:00.123456789Z", "second"),
            line("a", "2026-01-31T12:00:00.12Z", "first"),
            line("b", "2026-01-31T12:00:00.5Z", "fourth"),
        ];
        assert.deepEqual(
            byTime(lines).map(({ text }) => text),
            ["first", "second", "third", "fourth"],
        );
    });

    it("carry their component's name in a column, in colour only where asked", () => {
        const components = [{ role: "homeserver" }, { role: "relay" }];
        const one = line("relay", "2026-01-31T12:00:00Z", "hello");
        assert.equal(painter(components, false)(one), "relay      | hello");
        assert.equal(painter(components, true)(one), "\u001b[33mrelay      |\u001b[0m hello");
    });
});

describe("--since", () => {
    for (const [given, meant] of [
        ["10m", "10m"],
        ["1h30m", "1h30m"],
        ["2d", "48h"],
        ["2026-01-31T12:00:00+01:00", "2026-01-31T11:00:00.000Z"],
        ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ] as const) {
        it(`takes ${given}`, () => assert.equal(sinceArgument(given), meant));
    }
    for (const given of ["", "yesterday", "10", "10 m", "-5m", "2026-13-45", "--tail"]) {
        it(`refuses "${given}"`, () => assert.throws(() => sinceArgument(given), /^Failure: --since: /));
    }
});
