import assert from "node:assert/strict";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { code, cutBoth, valueText } from "../../../scripts/preview/markdown.ts";

/** Texts of the cells of the first row, as GitHub would show them. */
function shownCells(value: string): string[] {
    const html = micromark(`| a | b |\n|---|---|\n| ${code(value)} | end |\n`, {
        extensions: [gfm()],
        htmlExtensions: [gfmHtml()],
        allowDangerousHtml: true,
    });
    const body = html.slice(html.indexOf("<tbody>"));
    return [...body.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell = ""]) => {
        // Whatever was not meant as a tag of ours must not have become one.
        assert.match(cell, /^(<code>[^<>]*<\/code>|end)$/);
        return cell
            .replace(/<[^>]+>/g, "")
            .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)))
            .replaceAll("&lt;", "<")
            .replaceAll("&gt;", ">")
            .replaceAll("&quot;", '"')
            .replaceAll("&amp;", "&");
    });
}

describe("a value in a table of a pull request", () => {
    const hard = [
        "a|b",
        "a\\|b",
        "ends with \\",
        "`code`",
        "``two``",
        "<img src=x onerror=alert(1)>",
        "</code></td><td>",
        "&amp; &lt;",
        " between blanks ",
        "**bold** _it_ ~~no~~",
        "[link](https://evil.example)",
        "@everyone #1 !image",
        "<!-- hidden -->",
        "https://evil.example/|`x`",
        "a|b @mention www.evil.example :emoji: https://evil.example",
        "Ünïcode 👩‍👩‍👧 日本語",
        "$(rm -rf /) $HOME 'quoted' \"twice\"",
    ];
    for (const value of hard) {
        it(`is shown as it is: ${value}`, () => assert.deepEqual(shownCells(value), [value, "end"]));
    }

    it("stays on its line, with its breaks to be seen", () => {
        assert.deepEqual(shownCells("one\ntwo\r\n| three |"), ["one⏎two\\u{d}⏎| three |", "end"]);
    });

    it("cannot turn the direction of the text or hide in it", () => {
        assert.deepEqual(shownCells("safe\u202eevil\u200b\u2066"), ["safe\\u{202e}evil\\u{200b}\\u{2066}", "end"]);
    });

    it("of blanks or nothing is to be seen as such", () => {
        assert.deepEqual(shownCells("  "), ["  ", "end"]);
        assert.equal(valueText(""), "(empty)");
        assert.equal(valueText(undefined), "(none)");
    });

    it("that is long is cut where it differs", () => {
        const [before, after] = cutBoth(`${"x".repeat(500)}OLD${"y".repeat(500)}`, `${"x".repeat(500)}NEW${"y".repeat(500)}`);
        assert.match(before, /^…x{20}OLDy{77}… \(1003 characters\)$/);
        assert.match(after, /^…x{20}NEWy{77}… \(1003 characters\)$/);
    });

    it("that is short is never cut", () => {
        assert.deepEqual(cutBoth("a long way to First", "a long way to Second"), ["a long way to First", "a long way to Second"]);
    });

    it("is not cut within an emoji", () => {
        const [cut] = cutBoth("👍".repeat(200), "");
        assert.doesNotThrow(() => encodeURIComponent(cut), cut);
    });
});
