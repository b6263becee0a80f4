/** What a picture's file really is: its format, its size in pixels, and whether it is whole. Pure. */
import { crc32 } from "node:zlib";

interface Image {
    format: "PNG" | "JPEG" | "GIF" | "WebP";
    width: number;
    height: number;
    /** Whether the file reaches its own end. */
    whole: boolean;
    /** Whether a checksum in it is wrong. */
    damaged?: boolean;
}

/** Synapse makes no thumbnail of a larger one, and clients show avatars as thumbnails (Synapse: max_image_pixels, 32M). */
export const usualPixels = 32 * 1024 ** 2;

const extensions: Record<Image["format"], RegExp> = { PNG: /\.png$/i, JPEG: /\.jpe?g$/i, GIF: /\.gif$/i, WebP: /\.webp$/i };

/**
 * @param path its name, whose ending says what it is to be
 * @param mostPixels of a picture that Synapse makes thumbnails of
 * @returns what is wrong with it and what would be right, or undefined
 */
export function faultInPicture(path: string, file: Buffer, mostPixels = usualPixels): string | undefined {
    const image = readImage(file);
    if (image === undefined) return `is ${kindOf(file)}, whatever its name says; clients show png, jpg, gif and webp`;
    const { format, width, height, whole, damaged } = image;
    if (!extensions[format].test(path))
        return `is a ${format} picture under another ending; rename the file, so that it is sent as what it is`;
    if (width === 0 || height === 0) return "has no pixels; save it anew";
    if (width * height > mostPixels)
        return `has ${width} × ${height} pixels; the server makes thumbnails, which is what clients show, of at most ${mostPixels} pixels; make it smaller`;
    if (damaged) return "is damaged: a checksum in it is wrong; copy or save it anew";
    return whole ? undefined : "is cut short: the file ends before the picture does; copy or save it anew";
}

function readImage(file: Buffer): Image | undefined {
    try {
        return readPng(file) ?? readGif(file) ?? readWebp(file) ?? readJpeg(file);
    } catch (error) {
        // Reading beyond the end: the file has the beginning of a picture, and not even its size.
        if (error instanceof RangeError) return undefined;
        throw error;
    }
}

function readPng(file: Buffer): Image | undefined {
    if (!file.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))) return undefined;
    const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
    // A chunk: length, type, data, checksum.
    for (let at = 8; at + 12 <= file.length; ) {
        const [type, end] = [file.toString("latin1", at + 4, at + 8), at + 12 + file.readUInt32BE(at)];
        // Programs show no picture with a damaged chunk that they need, whose type begins with an upper-case letter.
        const damaged = /^[A-Z]/.test(type) && end <= file.length && crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4);
        if (damaged || type === "IEND") return { format: "PNG", width, height, whole: !damaged, damaged };
        at = end;
    }
    return { format: "PNG", width, height, whole: false };
}

function readGif(file: Buffer): Image | undefined {
    if (!/^GIF8[79]a$/.test(file.toString("latin1", 0, 6))) return undefined;
    // Its last byte is ";"; some programs add zeros.
    const whole = /;\0*$/.test(file.toString("latin1", Math.max(10, file.length - 64)));
    return { format: "GIF", width: file.readUInt16LE(6), height: file.readUInt16LE(8), whole };
}

/** Source: https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(file: Buffer): Image | undefined {
    if (file.toString("latin1", 0, 4) !== "RIFF" || file.toString("latin1", 8, 12) !== "WEBP") return undefined;
    const whole = file.length >= file.readUInt32LE(4) + 8;
    const kind = file.toString("latin1", 12, 16);
    if (kind === "VP8X") return { format: "WebP", width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1, whole };
    if (kind === "VP8L") {
        const bits = file.readUInt32LE(21);
        return { format: "WebP", width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, whole };
    }
    if (kind !== "VP8 ") return undefined;
    return { format: "WebP", width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff, whole };
}

function readJpeg(file: Buffer): Image | undefined {
    if (file.readUInt16BE(0) !== 0xffd8) return undefined;
    // A segment: 0xff, its kind, its length with these two bytes, data. The frame's header comes before the picture itself.
    for (let at = 2; at + 9 <= file.length; ) {
        if (file[at] !== 0xff) return undefined;
        const kind = file[at + 1] as number;
        if (kind === 0xff) {
            at++;
            continue;
        }
        const isFrame = kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind);
        if (isFrame) {
            const whole = file.lastIndexOf(Buffer.from([0xff, 0xd9])) > at;
            return { format: "JPEG", height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7), whole };
        }
        at += 2 + file.readUInt16BE(at + 2);
    }
    return undefined;
}

function kindOf(file: Buffer): string {
    const start = file.toString("latin1", 0, 512);
    if (/<svg[\s>]/i.test(start)) return "an SVG picture";
    if (/<(!doctype )?html/i.test(start)) return "a web page";
    if (start.startsWith("version https://git-lfs")) return "a pointer of Git LFS (run: git lfs pull)";
    if (/^....ftyp(heic|heix|mif1|avif)/s.test(start)) return "a HEIC or AVIF picture";
    if (["BM", "II*\0", "MM\0*", "\0\0\x01\0"].some((mark) => start.startsWith(mark))) return "a BMP, TIFF or ICO picture";
    return "no picture, or only the beginning of one";
}
