import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../../../scripts/project/checkout.ts";

const folder = join(root, "provider/resources");

/** The examples in a file's comments, by the name of the class that each stands above. */
function examplesIn(file: string): [string, string][] {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/```ts\n(.*?) \* ```\n \*\/\nexport class (\w+)/gs)].map(([, code = "", name = ""]) => [
        name,
        code.replaceAll(/^ \* ?/gm, ""),
    ]);
}

const examples = new Map(readdirSync(folder).flatMap(examplesIn));

describe("the examples of the provider's resources", function () {
    this.timeout(60_000);

    it("are there for each class", () => {
        const classes = readdirSync(folder).flatMap((file) =>
            [...readFileSync(join(folder, file), "utf8").matchAll(/^export class (\w+)/gm)].map(([, name]) => name),
        );
        assert.deepEqual([...examples.keys()].sort(), classes.sort());
    });

    it("are programs that compile", () => {
        const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
        const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
        const files = new Map([...examples].map(([name, code]) => [join(root, `example-of-${name}.ts`), code]));
        const host = ts.createCompilerHost(options);
        const { readFile, fileExists } = host;
        host.readFile = (file) => files.get(file) ?? readFile(file);
        host.fileExists = (file) => files.has(file) || fileExists(file);
        const program = ts.createProgram([...files.keys()], options, host);
        const faults = [...files.keys()].flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
        assert.equal(
            ts.formatDiagnostics(faults, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => "\n" }),
            "",
        );
    });
});
