/** What `npm pack` gives, in a project that knows nothing of this one. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../../../scripts/project/checkout.ts";
import { exampleFolder } from "../../support/example.ts";
import { installed } from "../../support/packed.ts";

/** Each name that is used as a type or as a value; the last line must not compile, or there are no types. */
const program = `import { openBot, signInFreshDevice, type BotOptions, type EncryptedBot } from "matrix-synapse/bots";
import { BotContainer, matrixServer, type MatrixServer } from "matrix-synapse/consumers";
import { Administrator, avatarInput, Bot, MatrixProvider, Room, User, type RoomInputs } from "matrix-synapse/provider";
import { seed, type SeedContext } from "matrix-synapse/seeds";

export type Used = [BotOptions, MatrixServer, RoomInputs];
export const greet = (bot: EncryptedBot): Promise<string> => bot.sendText("!room", "hello");
export const act = seed(async ({ client, rooms }: SeedContext) => void (await client.sendText(rooms.get("lobby"), "hello")));
const values = { openBot, signInFreshDevice, BotContainer, matrixServer, Administrator, avatarInput, Bot, MatrixProvider, Room, User, seed };
console.log(Object.entries(values).filter(([, value]) => typeof value !== "function").map(([name]) => name).join() || "all there");
// @ts-expect-error
export const wrong: number = matrixServer;
`;

export function packedModules(): void {
    describe("the packed file", function () {
        this.timeout(120_000);
        let project: string;
        const compile = async (...options: string[]): Promise<void> => {
            const tsc = join(root, "node_modules/typescript/bin/tsc");
            const { exitCode, stdout } = await execa(process.execPath, [tsc, ...options], { cwd: project, reject: false });
            assert.equal(exitCode, 0, stdout);
        };
        const run = async (file: string): Promise<string> => (await execa(process.execPath, [file], { cwd: project })).stdout;

        before(async () => {
            // The plainest of the projects of `pulumi new typescript`.
            project = await installed(exampleFolder("team-workspace"));
        });

        it("is imported by a program of `pulumi new typescript`, with its types checked", async () => {
            writeFileSync(join(project, "index.ts"), program);
            await compile();
            assert.equal(await run("bin/index.js"), "all there");
        });

        it("is imported by ECMAScript modules as well", async () => {
            writeFileSync(join(project, "module.mts"), program);
            await compile("--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "module.mts");
            assert.equal(await run("module.mjs"), "all there");
        });

        it("holds the plugin, which starts without anything else, and nothing of the machine that packed it", async () => {
            // Apart from any node_modules.
            const alone = mkdtempSync(join(tmpdir(), "plugin-"));
            try {
                const folder = join(project, "node_modules/matrix-synapse");
                await execa("cp", ["-r", folder, alone]);
                const plugin = execa(join(alone, "matrix-synapse/provider/plugin/pulumi-resource-matrix"), ["127.0.0.1:1"], {
                    reject: false,
                });
                const [printed] = await once(plugin.stdout, "data");
                assert.match(String(printed), /^\d+\n$/);
                plugin.kill();
                await plugin;
                for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
                    assert.doesNotMatch(path, /(?<!\.d)\.[cm]?ts$/, "a source was packed");
                    if (!/\.(cjs|mjs|js|json|[cm]ts)$/.test(path)) continue;
                    const text = readFileSync(join(folder, path), "utf8");
                    // esbuild names each module by its way from the copy, whose node_modules is a link.
                    const absolute = text.replaceAll(/(\.\.\/)+[\w./@+-]*/g, "");
                    assert.ok(!absolute.includes(root) && !absolute.includes("/checkout-"), `${path} names a folder of this machine`);
                }
            } finally {
                rmSync(alone, { recursive: true });
            }
        });
    });
}
