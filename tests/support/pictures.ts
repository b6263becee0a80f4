/** Pictures for tests, made of their formats' parts. */
import { crc32, deflateSync } from "node:zlib";

/** One colour all over; another one is another file. */
export function png(width: number, height: number, colour = 0x336699): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    // Eight bits for each of red, green and blue.
    header.set([8, 2, 0, 0, 0], 8);
    const row = Buffer.alloc(1 + width * 3);
    for (let at = 1; at < row.length; at += 3) row.writeUIntBE(colour, at, 3);
    const data = deflateSync(Buffer.concat(Array.from({ length: Math.min(height, 600) }, () => row)));
    return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), chunk("IDAT", data), chunk("IEND")]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
    const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(content));
    return Buffer.concat([length, content, sum]);
}

/** @param components of a pixel: 3 for colours as screens have them, 4 for CMYK */
export function jpeg(width: number, height: number, components = 3): Buffer {
    const size = Buffer.from([height >> 8, height & 255, width >> 8, width & 255]);
    const application = Buffer.concat([Buffer.from([0xff, 0xe0, 0, 16]), Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\0\0", "latin1")]);
    const parts = Buffer.from(Array.from({ length: components }, (_, index) => [index + 1, 0x11, 0]).flat());
    const frame = Buffer.concat([Buffer.from([0xff, 0xc0, 0, 8 + parts.length, 8]), size, Buffer.from([components]), parts]);
    return Buffer.concat([Buffer.from([0xff, 0xd8]), application, frame, Buffer.from([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9])]);
}

/** @param frames more than one: it moves */
export function gif(width: number, height: number, frames = 1): Buffer {
    const screen = Buffer.alloc(7);
    screen.writeUInt16LE(width, 0);
    screen.writeUInt16LE(height, 2);
    const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0]);
    return Buffer.concat([Buffer.from("GIF89a"), screen, ...Array.from({ length: frames }, () => frame), Buffer.from(";")]);
}

/** As programs write it that keep transparency or movement. */
export function webp(width: number, height: number): Buffer {
    const extended = Buffer.alloc(18);
    extended.write("VP8X", 0);
    extended.writeUInt32LE(10, 4);
    extended.writeUIntLE(width - 1, 12, 3);
    extended.writeUIntLE(height - 1, 15, 3);
    const head = Buffer.from("RIFF\0\0\0\0WEBP");
    head.writeUInt32LE(4 + extended.length, 4);
    return Buffer.concat([head, extended]);
}
