/** Avatars that are files of the project: which are taken, and what is said of the others. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSettings } from "../../../components/settings/parse.ts";
import { readPicture, withPictures } from "../../../components/settings/pictures.ts";
import { gif, jpeg, png, webp } from "../../support/pictures.ts";

const thumbnails = "the server makes thumbnails, which is what clients show, of at most 33554432 pixels; make it smaller";
const cutShort = "is cut short: the file ends before the picture does; copy or save it anew";
const noPicture = "is no picture, or only the beginning of one, whatever its name says; clients show png, jpg, gif and webp";
const otherEnding = (format: string) => `is a ${format} picture under another ending; rename the file, so that it is sent as what it is`;

function faultIn(avatar: string, file: Buffer, homeserver = {}): string | undefined {
    const result = parseSettings({ serverName: "example.org", homeserver, rooms: { lobby: { avatar } } });
    const { faults } = withPictures(result, () => file);
    if (faults.length === 0) return undefined;
    assert.deepEqual(
        faults.map(({ path }) => path),
        ["rooms.lobby.avatar"],
    );
    assert.ok(faults[0]?.message.startsWith(`${JSON.stringify(avatar)} `));
    return faults[0]?.message.slice(avatar.length + 3);
}

describe("a picture of the project", () => {
    const taken: [string, string, Buffer][] = [
        ["PNG", "a.png", png(64, 64)],
        ["PNG, its ending in upper case", "a.PNG", png(64, 64)],
        ["JPEG", "a.jpg", jpeg(64, 64)],
        ["JPEG under its longer ending", "a.jpeg", jpeg(64, 64)],
        ["JPEG in CMYK, of which the server makes thumbnails too", "a.jpg", jpeg(64, 64, 4)],
        ["GIF", "a.gif", gif(64, 64)],
        ["GIF that moves", "a.gif", gif(64, 64, 3)],
        ["GIF with zeros after its end", "a.gif", Buffer.concat([gif(64, 64), Buffer.alloc(8)])],
        ["WebP", "a.webp", webp(64, 64)],
        ["PNG of as many pixels as thumbnails are made of", "a.png", png(8192, 4096)],
    ];
    for (const [what, avatar, file] of taken) it(`may be a ${what}`, () => assert.equal(faultIn(avatar, file), undefined));

    const refused: [string, string, Buffer, string][] = [
        ["empty", "a.png", Buffer.alloc(0), "is empty"],
        [
            "an SVG named .png",
            "a.png",
            Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
            "is an SVG picture, whatever its name says; clients show png, jpg, gif and webp",
        ],
        [
            "a web page named .png",
            "a.png",
            Buffer.from("<!DOCTYPE html><html>"),
            "is a web page, whatever its name says; clients show png, jpg, gif and webp",
        ],
        [
            "a pointer of Git LFS",
            "a.png",
            Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
            "is a pointer of Git LFS (run: git lfs pull), whatever its name says; clients show png, jpg, gif and webp",
        ],
        ["text", "a.gif", Buffer.from("hello"), noPicture],
        ["a JPEG named .png", "a.png", jpeg(64, 64), otherEnding("JPEG")],
        ["a WebP named .jpg", "a.jpg", webp(64, 64), otherEnding("WebP")],
        ["a PNG of 12000 × 12000", "a.png", png(12000, 12000), `has 12000 × 12000 pixels; ${thumbnails}`],
        ["a JPEG of 60000 × 60000", "a.jpg", jpeg(60000, 60000), `has 60000 × 60000 pixels; ${thumbnails}`],
        ["a GIF of 60000 × 60000", "a.gif", gif(60000, 60000), `has 60000 × 60000 pixels; ${thumbnails}`],
        ["a WebP of 16000 × 16000", "a.webp", webp(16000, 16000), `has 16000 × 16000 pixels; ${thumbnails}`],
        ["a PNG of no pixels", "a.png", png(0, 64), "has no pixels; save it anew"],
        [
            "a PNG with another byte in it",
            "a.png",
            Buffer.from(png(64, 64).map((byte, at) => (at === 50 ? byte ^ 1 : byte))),
            "is damaged: a checksum in it is wrong; copy or save it anew",
        ],
        ["the first half of a PNG", "a.png", png(64, 64).subarray(0, 60), cutShort],
        ["a JPEG without its end", "a.jpg", jpeg(64, 64).subarray(0, -2), cutShort],
        ["a GIF without its end", "a.gif", gif(64, 64).subarray(0, -1), cutShort],
        ["a WebP that says to be longer", "a.webp", webp(64, 64).subarray(0, -1), noPicture],
        ["the first bytes of a PNG", "a.png", png(64, 64).subarray(0, 12), noPicture],
        ["the first bytes of a JPEG", "a.jpg", jpeg(64, 64).subarray(0, 5), noPicture],
    ];
    for (const [what, avatar, file, expected] of refused) it(`may not be ${what}`, () => assert.equal(faultIn(avatar, file), expected));

    it("may not be larger than the server takes, which the line names", () => {
        const picture = Buffer.concat([png(64, 64), Buffer.alloc(3_000_000)]);
        assert.equal(faultIn("a.png", picture), undefined);
        assert.equal(
            faultIn("a.png", picture, { media: { maxUpload: "1M" } }),
            `has ${picture.length} bytes, and the server takes 1M (homeserver.media.maxUpload); make the picture smaller, or the limit larger`,
        );
    });

    it("may have as many pixels as the server's own option says", () => {
        const limit = (max_image_pixels: unknown) => ({ config: { max_image_pixels } });
        assert.equal(faultIn("a.png", png(12000, 12000), limit("200M")), undefined);
        for (const pixels of ["4K", 4096])
            assert.equal(
                faultIn("a.png", png(65, 64), limit(pixels)),
                "has 65 × 64 pixels; the server makes thumbnails, which is what clients show, of at most 4096 pixels; make it smaller",
            );
        // Synapse itself says what is wrong with such a limit.
        assert.equal(faultIn("a.png", png(65, 64), limit("many")), undefined);
    });

    it("stands in the settings with its hash, so that another picture is a change", () => {
        const result = parseSettings({ serverName: "example.org", users: { alice: { avatar: "a.png" }, bob: { avatar: "mxc://x/y" } } });
        const [one, two] = [1, 2].map((colour) => withPictures(result, () => png(8, 8, colour)).settings?.users);
        assert.match(one?.alice?.avatar ?? "", /^a\.png sha256:[0-9a-f]{16}$/);
        assert.notEqual(one?.alice?.avatar, two?.alice?.avatar);
        // It is on a server already.
        assert.equal(one?.bob?.avatar, "mxc://x/y");
    });

    it("that is not there, or no file, is a fault that names it", () => {
        const result = parseSettings({ serverName: "example.org", users: { alice: { avatar: "a.png" } } });
        assert.deepEqual(withPictures(result, readPicture).faults, [
            { path: "users.alice.avatar", message: '"a.png" does not exist; paths are relative to the project\'s folder' },
        ]);
        const directory = mkdtempSync(join(tmpdir(), "pictures-"));
        try {
            execFileSync("mkfifo", [join(directory, "pipe.png")]);
            writeFileSync(join(directory, "large.png"), Buffer.alloc(5_000_001));
            assert.throws(() => readPicture(directory), /^Error: is a directory; name a picture$/);
            assert.throws(() => readPicture(join(directory, "pipe.png")), /^Error: is not a file; name a picture$/);
            assert.throws(() => readPicture(join(directory, "large.png")), /^Error: has 5000001 bytes; at most 5000000$/);
            assert.throws(() => readPicture(join(directory, "large.png/a.png")), /^Error: does not exist; paths are relative/);
        } finally {
            rmSync(directory, { recursive: true });
        }
    });

    for (const [avatar, fault] of [
        ["mxc://999.1.1.1/abc", "names a server, 999.1.1.1, that is neither an IPv4 address"],
        ["mxc://[::::::::]/abc", "names a server, [::::::::], that is not an IPv6 address in brackets"],
        ["https://example.org/a.png", "is neither a path in this project"],
    ] as const)
        it(`may not be ${avatar}`, () => {
            const { faults } = parseSettings({ serverName: "example.org", rooms: { lobby: { avatar } } });
            assert.ok(faults[0]?.message.startsWith(`${JSON.stringify(avatar)} ${fault}`), faults[0]?.message);
        });
});
