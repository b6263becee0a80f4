import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Payload } from "../../../scripts/seed/payload.ts";
import { runSeed } from "../../../scripts/seed/runSeed.ts";

describe("a run of a seed", function () {
    this.timeout(30_000);
    const token = "syt_very_secret";
    let folder: string;
    let server: Server;
    let asked: string[];
    let payload: Payload;

    before(async () => {
        mkdirSync(".tools", { recursive: true });
        folder = relative(process.cwd(), mkdtempSync(`${process.cwd()}/.tools/seed-`));
        // Knows its token, and nothing of room !closed.
        server = createServer(({ method, url = "", headers }, response) => {
            asked.push(`${method} ${url} ${headers.authorization === `Bearer ${token}`}`);
            const refused = url.includes("closed");
            response.writeHead(refused ? 403 : 200, { "content-type": "application/json" });
            response.end(JSON.stringify(refused ? { errcode: "M_FORBIDDEN", error: "not in room" } : { joined_rooms: [] }));
        });
        await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
        payload = {
            homeserverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            accessToken: token,
            userId: "@notifier:example.org",
            serverName: "example.org",
            users: { admin: "@admin:example.org" },
            bots: { notifier: "@notifier:example.org" },
            rooms: { lobby: "!lobby", closed: "!closed" },
            spaces: {},
            timeout: 20,
        };
    });
    beforeEach(() => {
        asked = [];
    });
    after(() => {
        server.close();
        rmSync(folder, { recursive: true });
    });

    const run = async (text: string, change: Partial<Payload> = {}) => {
        writeFileSync(`${folder}/a.ts`, text);
        return (await runSeed(`${folder}/a.ts`, { ...payload, ...change }))?.replaceAll(folder, "seeds");
    };
    const seed = (body: string) =>
        `import { seed } from "matrix-synapse/seeds";\nexport default seed(async ({ client, userId, users, bots, rooms }) => {\n${body}\n});\n`;

    it("acts as its account, and says nothing where all went well, whatever the script printed", async () => {
        assert.equal(await run(seed('console.log(client.accessToken, rooms.get("lobby")); await client.getJoinedRooms();')), undefined);
        assert.deepEqual(asked, ["GET /_matrix/client/v3/joined_rooms true"]);
    });

    it("ends when the function ends, also where the script leaves something open", async () => {
        assert.equal(await run(seed("setInterval(() => {}, 1000);")), undefined);
    });

    it("fails with the script's own error and its place", async () => {
        assert.equal(
            await run(seed('throw new Error("no such luck");')),
            "seeds/a.ts failed\n  Error: no such luck\n    at <anonymous> (seeds/a.ts:3:7)",
        );
        assert.match(
            (await run(seed('await client.sendText(rooms.get("closed"), "x");'))) ?? "",
            /M_FORBIDDEN: not in room\n.*seeds\/a\.ts:3/,
        );
        assert.match(
            (await run(seed('void Promise.reject(new Error("left alone")); await new Promise(() => setInterval(() => {}, 9));'))) ?? "",
            /Error: left alone/,
        );
    });

    it("says which keys are declared where the script asks for another", async () => {
        assert.match(
            (await run(seed('rooms.get("loby");'))) ?? "",
            /Error: "loby" is not declared under rooms \(declared: closed, lobby\)/,
        );
    });

    it("masks the token wherever the script prints it", async () => {
        const failure = await run(
            seed(
                'console.log("out", client.accessToken); console.error("err", client.accessToken); throw new Error("no " + client.accessToken);',
            ),
        );
        assert.match(failure ?? "", /out \[secret\]/);
        assert.match(failure ?? "", /err \[secret\]/);
        assert.match(failure ?? "", /Error: no \[secret\]/);
        assert.ok(!failure?.includes(token), failure);
    });

    it("hides Pulumi's own variables, its passphrase above all, from the script", async () => {
        process.env.PULUMI_CONFIG_PASSPHRASE = "a passphrase";
        try {
            assert.equal(
                await run(seed('if (Object.keys(process.env).some((name) => name.startsWith("PULUMI_"))) throw new Error("seen");')),
                undefined,
            );
        } finally {
            delete process.env.PULUMI_CONFIG_PASSPHRASE;
        }
    });

    const faults: [string, string, RegExp][] = [
        ["does not compile", "export default async ( => {}", /a\.ts:1:23: ERROR: Unexpected "=>"/],
        ["exports no seed", "export const a = 1;", /the script has no seed as its default export; write: export default seed\(/],
        ["imports what is not there", 'import "./nothing.ts";', /Cannot find module 'seeds\/nothing\.ts'/],
        ["ends its process with an exit code", seed("process.exit(3);"), /called process\.exit\(3\) before its function had ended/],
        ["ends its process as if all were well", seed("process.exit(0);"), /called process\.exit\(0\) before its function had ended/],
        ["waits for what never happens", seed("await new Promise(() => {});"), /its function waits for something that never happens/],
        ["throws what is no error", seed('throw "words";'), /threw 'words'/],
    ];
    for (const [what, text, expected] of faults)
        it(`fails where the script ${what}`, async () => assert.match((await run(text)) ?? "", expected));

    it("ends a script that never ends, and everything that it started", async () => {
        const body = `const { spawn } = await import("node:child_process");
            const { writeFileSync } = await import("node:fs");
            writeFileSync("${folder}/pid", String(spawn("sleep", ["300"]).pid));
            for (;;);`;
        assert.equal(await run(seed(body), { timeout: 3 }), "seeds/a.ts did not end within 3 s");
        await gone(Number(readFileSync(`${folder}/pid`, "utf8")));
    });

    it("ends the script when its own process is killed", async () => {
        writeFileSync(`${folder}/a.ts`, seed(`(await import("node:fs")).writeFileSync("${folder}/own", String(process.pid)); for (;;);`));
        const runner = execa("node", ["scripts/project/start.js", "scripts/seed/run.ts", `${folder}/a.ts`], {
            input: JSON.stringify(payload),
            reject: false,
        });
        while (!existsSync(`${folder}/own`)) await sleep(50);
        runner.kill("SIGKILL");
        await sleep(100);
        await gone(Number(readFileSync(`${folder}/own`, "utf8")));
    });
});

async function gone(pid: number): Promise<void> {
    for (const deadline = Date.now() + 5000; Date.now() < deadline; await sleep(50)) {
        // A zombie is dead; whether it is reaped is up to this machine's init.
        const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : ") Z ";
        if (stat.includes(") Z ")) return;
    }
    assert.fail(`process ${pid} is still running`);
}
