import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { answerIn, curlOptions, Refused } from "../../../../scripts/bridges/provisioning.ts";
import { qrCode } from "../../../../scripts/bridges/terminal.ts";

describe("a request to a bridge's provisioning API", () => {
    it("arrives as it was meant, whatever characters are in it, and its secret is in no command line", async () => {
        const seen: { method?: string; url?: string; authorization?: string; type?: string; body: string }[] = [];
        const server = createServer((request, response) => {
            let body = "";
            request.on("data", (chunk) => {
                body += chunk;
            });
            request.on("end", () => {
                const { method, url, headers } = request;
                seen.push({ method, url, authorization: headers.authorization, type: headers["content-type"], body });
                response.end('{"flows": []}');
            });
        }).listen(0, "127.0.0.1");
        try {
            await new Promise((resolve) => server.once("listening", resolve));
            const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/login?user_id=%40a%3Ab`;
            const body = { password: 'quote " back \\ slash\nline \t tab é 🔑 @file' };
            const options = curlOptions({ method: "POST", url, secret: "the-secret", body, seconds: 10 });
            const { stdout } = await execa("curl", ["--config", "-"], { input: options });
            assert.deepEqual(answerIn(stdout), { flows: [] });
            const [{ body: sent, ...rest } = { body: "" }] = seen;
            assert.deepEqual(JSON.parse(sent), body);
            assert.deepEqual(rest, {
                method: "POST",
                url: "/v3/login?user_id=%40a%3Ab",
                authorization: "Bearer the-secret",
                type: "application/json",
            });
        } finally {
            server.close();
        }
    });

    it("ends with what the bridge says where it refuses", () => {
        const refused = '{"errcode": "FI.MAU.WHATSAPP.LOGIN_TIMEOUT", "error": "Please try again."}\n400';
        assert.throws(
            () => answerIn(refused),
            (error: Refused) =>
                error instanceof Refused &&
                error.code === "FI.MAU.WHATSAPP.LOGIN_TIMEOUT" &&
                error.message === "the bridge refused: Please try again. (FI.MAU.WHATSAPP.LOGIN_TIMEOUT)",
        );
        assert.throws(() => answerIn("<html>\n502"), /answered 502 with something that is not JSON: <html>$/);
    });
});

describe("a QR code in a terminal", () => {
    it("is white on black with a margin, two rows of modules a line, and of one width", () => {
        const lines = qrCode("2@abc,def", false).split("\n");
        assert.ok(lines.length >= 13 && new Set(lines.map((line) => [...line].length)).size === 1);
        assert.match(lines[0] ?? "", /^█+$/);
        assert.match(lines[1] ?? "", /^██ ▄▄▄▄▄ /);
        assert.ok(
            qrCode("2@abc,def", true)
                .split("\n")
                .every((line) => line.startsWith("\u001b[97;40m") && line.endsWith("\u001b[0m")),
        );
    });
});
