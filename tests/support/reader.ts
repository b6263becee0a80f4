/** Somebody who reads a guide for operators from its beginning to its end, and types what stands there. */
import { parse } from "yaml";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { destroyMachine } from "./backup.ts";
import { configure } from "./stack.ts";
import { type Block, blocksOf, copyOfCheckout, follow, removeCopy } from "./writtenCommands.ts";

export interface Guide {
    /** Such as docs/operations.md. */
    document: string;
    /** The reader's own, in place of the stack `prod` of the guides. */
    stackName: `test-${string}`;
    /** What else the reader has other names for: a text of the guide → the reader's. */
    names: Record<string, string>;
    /** Settings that this machine needs besides those of the guide, such as ports that are free. */
    settings: Partial<SettingsInput>;
    /** Whether the guide is about a stack that stands already. */
    stands?: true;
    /** What happens before the first block of commands in which this text is. */
    before?: Record<string, (reader: Reader) => Promise<void>>;
}

export class Reader {
    /** All that the terminal has shown. */
    shown = "";
    /** Commands that were typed. */
    typed = 0;
    private readonly checkouts: string[] = [];

    private constructor(readonly guide: Guide) {}

    static async of(guide: Guide): Promise<Reader> {
        const reader = new Reader(guide);
        await destroyMachine(guide.stackName);
        await reader.moveToAnotherMachine();
        return reader;
    }

    /** Where the reader is. */
    get directory(): string {
        return this.checkouts.at(-1) as string;
    }

    /** As a fire would: what Docker has of the stack, with its data. */
    async loseMachine(): Promise<void> {
        await destroyMachine(this.guide.stackName);
    }

    /** One that has a checkout of its own, and no state. */
    async moveToAnotherMachine(): Promise<void> {
        this.checkouts.push(await copyOfCheckout());
    }

    /** @throws with the command that failed */
    async read(): Promise<void> {
        const { document, stackName, names, stands, before = {} } = this.guide;
        if (stands) {
            configure(stackName, this.guide.settings, this.directory);
            await this.do({ language: "sh", text: `make up STACK=${stackName}\n` });
        }
        const happened = new Set<string>();
        for (const { text, ...block } of blocksOf(document)) {
            const own = Object.entries({ ...names, prod: stackName }).reduce((line, [word, one]) => line.replaceAll(word, one), text);
            for (const [word, happens] of Object.entries(before)) {
                if (happened.has(word) || !text.includes(word) || block.language !== "sh") continue;
                happened.add(word);
                await happens(this);
            }
            await this.do({ ...block, text: own });
        }
        const never = Object.keys(before).filter((word) => !happened.has(word));
        if (never.length > 0) throw new Error(`${document} does not say: ${never.join(", ")}`);
    }

    private async do(block: Block): Promise<void> {
        if (block.title?.startsWith("Pulumi.")) return this.configure(block.text);
        // The checkout's own place of the state, and no stack but the one that is named.
        const unset = Object.fromEntries(
            ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_HOME", "STACK"].map((name) => [name, undefined]),
        );
        this.shown += `${await follow([block], this.directory, unset)}\n`;
        if (block.language === "sh" && block.title === undefined)
            this.typed += block.text.split("\n").filter((line) => /^\w/.test(line)).length;
    }

    private configure(text: string): void {
        const given = Object.entries(parse(text).config).map(([key, value]) => [key.replace(/^matrix-synapse:/, ""), value]);
        configure(this.guide.stackName, { ...this.guide.settings, ...Object.fromEntries(given) }, this.directory);
    }

    async end(): Promise<void> {
        await destroyMachine(this.guide.stackName);
        for (const directory of this.checkouts) removeCopy(directory);
    }
}
