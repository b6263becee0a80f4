import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import type { Property } from "../../../provider/plugin/schema/language.ts";
import { packageSchema } from "../../../provider/plugin/schema/schema.ts";
import { root } from "../../../scripts/project/checkout.ts";

const schema = packageSchema("1.2.3");

/** A field of a type, in the words of the schema. */
interface Field {
    type: object;
    description: string;
    optional: boolean;
}

/** The types of provider/resources, and the examples in their comments as programs. */
class Sources {
    private readonly program: ts.Program;
    private readonly checker: ts.TypeChecker;
    private readonly exported: Map<string, ts.Symbol>;

    constructor() {
        const { options } = ts.parseJsonConfigFileContent(
            ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
            ts.sys,
            root,
        );
        const index = join(root, "provider/resources/index.ts");
        this.program = ts.createProgram([index], options);
        this.checker = this.program.getTypeChecker();
        const module = this.checker.getSymbolAtLocation(this.program.getSourceFile(index) as ts.Node) as ts.Symbol;
        this.exported = new Map(this.checker.getExportsOfModule(module).map((symbol) => [symbol.name, this.original(symbol)]));
    }

    private original(symbol: ts.Symbol): ts.Symbol {
        return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
    }

    /** Names of the classes that extend another one. */
    classes(base: string): string[] {
        return [...this.exported].flatMap(([name, { valueDeclaration }]) => {
            const is = valueDeclaration && ts.isClassDeclaration(valueDeclaration) && valueDeclaration.heritageClauses?.[0]?.getText();
            return is === `extends pulumi.${base}` ? [name] : [];
        });
    }

    symbol(name: string): ts.Symbol {
        return this.exported.get(name) ?? assert.fail(`there is no ${name}`);
    }

    description(symbol: ts.Symbol): string {
        return ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).replace(/\s+/g, " ").trim();
    }

    fields(name: string): Record<string, Field> {
        const properties = this.checker.getPropertiesOfType(this.checker.getDeclaredTypeOfSymbol(this.symbol(name)));
        return Object.fromEntries(
            properties.map((symbol) => {
                const { type } = symbol.valueDeclaration as ts.PropertySignature;
                const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
                return [symbol.name, { type: inSchema(type as ts.TypeNode), description: this.description(symbol), optional }];
            }),
        );
    }

    /** The values of a union of texts. */
    values(name: string): string[] {
        const [declaration] = this.symbol(name).declarations ?? [];
        const { types } = (declaration as ts.TypeAliasDeclaration).type as ts.UnionTypeNode;
        return types.map((one) => ((one as ts.LiteralTypeNode).literal as ts.StringLiteral).text);
    }
}

function inSchema(node: ts.TypeNode): object {
    if (ts.isArrayTypeNode(node)) return { type: "array", items: inSchema(node.elementType) };
    if (ts.isTypeReferenceNode(node)) {
        const [key, value] = node.typeArguments ?? [];
        if (node.typeName.getText() !== "Record") return { $ref: `#/types/matrix:index:${node.typeName.getText()}` };
        assert.equal(key?.getText(), "string");
        return { type: "object", additionalProperties: inSchema(value as ts.TypeNode) };
    }
    const plain = { string: "string", boolean: "boolean", number: "integer" }[node.getText()];
    return { type: plain ?? assert.fail(`the schema has no word for ${node.getText()}`) };
}

function declared(properties: Record<string, Property>, required: string[]): Record<string, Field> {
    return Object.fromEntries(
        Object.entries(properties).map(([name, { description, secret: _, replaceOnChanges: __, ...type }]) => [
            name,
            { type, description, optional: !required.includes(name) },
        ]),
    );
}

describe("the provider's package schema", function () {
    this.timeout(60_000);
    let sources: Sources;
    before(() => {
        sources = new Sources();
    });

    it("has the resources that programs import, with their descriptions", () => {
        const names = sources.classes("CustomResource");
        assert.deepEqual(Object.keys(schema.resources).sort(), names.map((name) => `matrix:index:${name}`).sort());
        for (const name of names) {
            assert.equal(schema.resources[`matrix:index:${name}`]?.description, sources.description(sources.symbol(name)));
        }
    });

    for (const [token, { inputProperties, requiredInputs, properties, required }] of Object.entries(schema.resources)) {
        const name = token.replace("matrix:index:", "");
        it(`has the inputs and outputs of ${name} as TypeScript has them`, () => {
            assert.deepEqual(declared(inputProperties, requiredInputs), sources.fields(`${name}Inputs`));
            assert.deepEqual(declared(properties, required), sources.fields(`${name}Outputs`));
        });
    }

    it("has the provider's configuration as TypeScript has it", () => {
        const { description, inputProperties, requiredInputs } = schema.provider;
        assert.equal(description, sources.description(sources.symbol("MatrixProvider")));
        assert.deepEqual(declared(inputProperties, requiredInputs), sources.fields("ProviderConfig"));
    });

    for (const [token, type] of Object.entries(schema.types)) {
        const name = token.replace("matrix:index:", "");
        it(`has the type ${name} as TypeScript has it`, () => {
            assert.equal(type.description, sources.description(sources.symbol(name)));
            if (type.type === "object") assert.deepEqual(declared(type.properties, type.required), sources.fields(name));
            else
                assert.deepEqual(
                    type.enum,
                    sources.values(name).map((value) => ({ value })),
                );
        });
    }

    const all = [...Object.values(schema.resources), { ...schema.provider, properties: {} }].flatMap(({ inputProperties, properties }) => [
        ...Object.entries(inputProperties),
        ...Object.entries(properties),
    ]);

    it("marks as secret what its description calls so, and nothing else", () => {
        for (const [name, { secret = false, description }] of all) assert.equal(secret, description.endsWith(" Secret."), name);
    });

    it("marks as another resource's what its description says makes one", () => {
        for (const [name, { replaceOnChanges = false, description }] of all) {
            assert.equal(replaceOnChanges, description.endsWith(" A change makes another account."), name);
        }
    });
});
