import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { parseSettings } from "../../../components/settings/parse.ts";
import { digestOf, withSeedScripts } from "../../../components/settings/seedScripts.ts";

const faults = (seeds: object, rest: object = {}) =>
    parseSettings({
        serverName: "example.org",
        users: { alice: {} },
        bots: { notifier: {}, gone: { deactivated: true } },
        seeds,
        ...rest,
    }).faults.map(({ path, message }) => `${path}: ${message}`);

describe("a seed's settings", () => {
    it("need nothing but a script, and may name a bot or the administrator", () => {
        assert.deepEqual(faults({ a: { script: "seeds/a.ts" } }), []);
        assert.deepEqual(faults({ a: { script: "seeds/a.js", as: "notifier" }, b: { script: "b.mjs", as: "admin", timeout: 5 } }), []);
        assert.deepEqual(faults({ a: { script: "a.ts", as: "alice" } }, { administrator: "alice" }), []);
    });

    const refusals: [string, object, string][] = [
        [
            "a path out of the project",
            { script: "../a.ts" },
            'script: "../a.ts" leads out of this project; give a path inside it, such as seeds/welcome.ts',
        ],
        [
            "an absolute path",
            { script: "/a.ts" },
            'script: "/a.ts" leads out of this project; give a path inside it, such as seeds/welcome.ts',
        ],
        ["another kind of file", { script: "a.sh" }, 'script: "a.sh" is not a script; use ts, js or mjs'],
        ["what a shell would read", { script: "a;b.ts" }, 'script: "a;b.ts" has other characters than letters, digits, and . _ - /'],
        [
            "a person",
            { script: "a.ts", as: "alice" },
            'as: "alice" is a person, for whom this program cannot sign in; name one of admin, gone, notifier',
        ],
        ["nobody", { script: "a.ts", as: "bob" }, 'as: "bob" is neither a bot nor the administrator; name one of admin, gone, notifier'],
        ["a bot that is deactivated", { script: "a.ts", as: "gone" }, 'as: "gone" is deactivated; name another bot'],
        ["no time at all", { script: "a.ts", timeout: 0 }, "timeout: 0 is too small; at least 1"],
    ];
    for (const [what, entry, fault] of refusals) it(`refuse ${what}`, () => assert.deepEqual(faults({ a: entry }), [`seeds.a.${fault}`]));
});

describe("a seed's script", () => {
    let folder: string;
    const write = (name: string, text: string) => writeFileSync(`${folder}/${name}`, text);
    beforeEach(() => {
        mkdirSync(".tools", { recursive: true });
        folder = relative(process.cwd(), mkdtempSync(`${process.cwd()}/.tools/seed-`));
        write("a.ts", 'import { b } from "./b.ts";\nexport default () => b;');
        write("b.ts", 'export { c as b } from "./c.js";');
        write("c.js", "export const c = 1;");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("has another digest when its text, or that of anything it imports, changes, and not otherwise", () => {
        const first = digestOf(`${folder}/a.ts`);
        write("unrelated.ts", "export {};");
        assert.equal(digestOf(`${folder}/a.ts`), first);
        write("c.js", "export const c = 2;");
        const second = digestOf(`${folder}/a.ts`);
        assert.notEqual(second, first);
        write("a.ts", 'import { b } from "./b.ts";\nexport default () => b; // edited');
        assert.notEqual(digestOf(`${folder}/a.ts`), second);
    });

    it("is a fault where it does not exist, is a directory, or cannot be read", () => {
        write("wrong.ts", "export default (;");
        const faultOf = (script: string) => {
            const parsed = parseSettings({ serverName: "example.org", seeds: { a: { script: "placeholder.ts" } } });
            Object.assign(parsed.settings?.seeds.a ?? {}, { script });
            return withSeedScripts(parsed, digestOf).faults.map(({ path, message }) => `${path}: ${message}`)[0];
        };
        assert.match(
            faultOf("nothing.ts") ?? "",
            /^seeds\.a\.script: "nothing\.ts" does not exist; paths are relative to the project's folder$/,
        );
        assert.match(faultOf(folder) ?? "", /is not a file; name a script$/);
        assert.match(faultOf(`${folder}/wrong.ts`) ?? "", /cannot be read: .*wrong\.ts:1:16: Unexpected ";"/);
        assert.equal(faultOf(`${folder}/a.ts`), undefined);
    });
});
