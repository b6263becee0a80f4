import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { base, content, contentStack, type Ended, withDirectory, withStackFile } from "../support/contentStack.ts";

/** @throws unless it ended so, with one short line that begins with the program's name */
async function refused(code: 1 | 2, message: RegExp, args: string[], input?: string): Promise<void> {
    const { code: ended, stdout, stderr } = await content(args, input);
    const lines = stderr.split("\n");
    assert.match(lines.at(-1) ?? "", message);
    assert.ok(stderr.length < 1000 && /^resource-matrix-synapse: /.test(lines.at(-1) ?? ""), stderr);
    assert.deepEqual([ended, stdout], [code, ""], stderr);
}

const secondsAllowed = 60_000;

describe("resource-matrix-synapse content, given what it cannot use", function () {
    this.timeout(120_000);
    before(() => contentStack());

    it("refuses a file that is missing, empty, a directory, binary, large, no YAML, or no mapping", () =>
        withDirectory(async (directory) => {
            const add = (file: string) => ["add", "--type", "user", "--name", "gerd", "--file", file];
            const written = (name: string, bytes: string | Buffer) => {
                writeFileSync(join(directory, name), bytes);
                return join(directory, name);
            };
            await Promise.all([
                refused(1, /--file: there is no file ".*none"/, add(join(directory, "none"))),
                refused(1, /--file: ".*" is a directory/, add(directory)),
                refused(1, /--file: ".*empty" is empty/, add(written("empty", ""))),
                refused(1, /is not a text file \(UTF-8\)/, add(written("binary", Buffer.from([0x89, 0x50, 0xff, 0])))),
                refused(1, /has 50 MB; at most 1 MB is read/, add(written("large", Buffer.alloc(50 * 1024 * 1024, "a")))),
                refused(1, /is neither YAML nor JSON: /, add(written("broken", "a: [1"))),
                refused(1, /is not a mapping of fields/, add("-"), "just text"),
            ]);
        }));

    it("says each fault of an entry in a line with its path", async () => {
        const { code, stderr } = await content(["add", "--type", "room", "--name", "ops", "--file", "-"], "topc: x\nvisibility: hidden\n");
        assert.equal(code, 1);
        assert.deepEqual(stderr.split("\n").sort(), [
            "  rooms.ops.topc: is not a setting; did you mean topic?",
            '  rooms.ops.visibility: "hidden" is not one of private, public',
            'resource-matrix-synapse: room "ops" of standard input has 2 faults; nothing was changed',
        ]);
    });

    it("refuses options of an action that are no JSON or not its own, and what is no action", async () => {
        const execute = (options: string) => ["execute", "--name", "announce", "--options", options];
        await Promise.all([
            refused(1, /--options: "\{message" is not JSON: /, execute("{message")),
            refused(1, /--options: "\[1\]" is not a JSON object/, execute("[1]")),
            refused(1, /--options: message: .*It takes: a message to all rooms/, execute("{}")),
            refused(2, /"lobby" is not executable.*; actions: announce, backup, bridge-login, delivery-check, /, [
                "execute",
                "--name",
                "lobby",
            ]),
            refused(1, /unknown command "content ad-user" \(did you mean "add-user"\?\)/, ["ad-user"]),
        ]);
    });

    it("takes no name for anything but a name", async () => {
        const names = ['say "hi"', "two\nlines", "$(touch /tmp/never)", "🦊", "\u202eabc", "a".repeat(10_000)];
        await Promise.all(names.map((name) => refused(1, /user ".*" (has|makes) /, ["add-user", name])));
        await refused(1, /has a line end or another control character in its name/, ["create-room", "two\nlines"]);
        await refused(2, /there is no user, bot, room or space "\\u\{202e\}abc"/, ["get", "--name", "\u202eabc"]);
        await refused(1, /no alias can be made of the name "🦊"; give one with --alias/, ["create-room", "🦊"]);
    });

    it("makes rooms whose names are odd but allowed, and shows them without harm", async () => {
        const name = `it's "$(id)" 🦊 \u202egnp`;
        const { code, stdout, stderr } = await content(["create-room", name, "--alias", "odd", "--public", "--json"]);
        assert.equal(code, 0, stderr);
        const { roomId } = JSON.parse(stdout);
        const shown = await content(["list", "--type", "room", "--filter", "odd"]);
        assert.match(shown.stdout, /odd +it's "\$\(id\)" 🦊 \\u\{202e\}gnp/);
        // Nobody else is in it: it goes for good.
        assert.match((await content(["remove", "--name", roomId, "--force", "--json"])).stdout, /"purged":true/);
    });

    it("refuses a password file that has none, and a password that is too short for the server", () =>
        withDirectory(async (directory) => {
            const file = join(directory, "password");
            writeFileSync(file, "\n");
            await refused(1, /--password-file: .* has an empty line where the password should be/, [
                "add-user",
                "gerd",
                "--password-file",
                file,
            ]);
            writeFileSync(file, "abc\n");
            await refused(1, /the server does not take this password for @gerd:localhost: it has 3 characters; at least 10 are needed/, [
                "add-user",
                "gerd",
                "--password-file",
                file,
            ]);
            await refused(2, /there is no user/, ["get", "--name", "gerd", "--type", "user"]);
        }));

    describe("by a server that", () => {
        type Fault = (response: ServerResponse) => void;

        /** Runs the command against a server that answers the first `times` requests so, and as the real one afterwards. */
        async function behindFault(times: number, fault: Fault, args: string[]): Promise<Ended & { requests: number }> {
            let requests = 0;
            const proxy = createServer((incoming, response) => {
                if (requests++ < times) return fault(response);
                const { method, url, headers } = incoming;
                const onward = request({ port: base + 8, host: "127.0.0.1", method, path: url, headers }, (answer) => {
                    response.writeHead(answer.statusCode ?? 502, answer.headers);
                    answer.pipe(response);
                });
                incoming.pipe(onward);
            });
            await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
            const { port } = proxy.address() as AddressInfo;
            try {
                return await withStackFile(
                    (text) => text.replace(`port: ${base + 8}\n`, `port: ${port}\n`),
                    async () => ({ ...(await content([...args, "--timeout", "3"])), requests }),
                );
            } finally {
                proxy.closeAllConnections();
                proxy.close();
            }
        }

        const limited: Fault = (response) => {
            response.writeHead(429, { "Content-Type": "application/json" });
            response.end('{"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 200}');
        };
        const broken: Fault = (response) => {
            response.writeHead(502, { "Content-Type": "text/html" });
            response.end("<html>Bad Gateway</html>");
        };
        const half: Fault = (response) => {
            response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000 });
            response.write('{"users": [');
            setTimeout(() => response.destroy(), 20);
        };
        const cases: [string, Fault, RegExp][] = [
            ["limits the rate", limited, /the server refused: M_LIMIT_EXCEEDED.*wait a minute and run it again/],
            [
                "answers 502",
                broken,
                /http:\/\/127\.0\.0\.1:\d+ answered 502, not as a Matrix homeserver does; see: resource-matrix-synapse status/,
            ],
            [
                "sends half an answer",
                half,
                /http:\/\/127\.0\.0\.1:\d+ (does not answer|answered with something).*; see: resource-matrix-synapse status/,
            ],
        ];
        for (const [what, fault, message] of cases) {
            it(`${what} for a moment is tried again, and for long is named in one line`, async () => {
                const passing = await behindFault(2, fault, ["list-users"]);
                assert.equal(passing.code, 0, passing.stderr);
                assert.ok(passing.requests > 2);
                const lasting = await behindFault(Number.POSITIVE_INFINITY, fault, ["list-users"]);
                assert.match(lasting.stderr, message);
                assert.deepEqual([lasting.code, lasting.stdout, lasting.stderr.split("\n").length], [1, "", 1]);
            });
        }

        it("is not there is named in one line, in time", async () => {
            const began = Date.now();
            await withStackFile(
                (text) => text.replace(`port: ${base + 8}\n`, "port: 9\n"),
                () =>
                    refused(1, /http:\/\/127\.0\.0\.1:9 does not answer \(ECONNREFUSED\); see: resource-matrix-synapse status/, [
                        "list",
                        "--timeout",
                        "1",
                    ]),
            );
            assert.ok(Date.now() - began < secondsAllowed, `${Date.now() - began} ms`);
        });
    });
});
