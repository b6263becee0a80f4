/** `resource-matrix-synapse`: loads the named command, runs it, and turns its result into an exit code. */
import { Command, CommanderError } from "commander";
import { Failure, oneLine } from "../project/failure.ts";
import { groups } from "./groups.ts";
import { examples, prepare, programName, refuseUnknown } from "./parsing.ts";

/** The program, with the commands of the groups that `wanted` picks and the bare names of the others. */
async function buildProgram(wanted: (name: string) => boolean): Promise<Command> {
    const program = new Command(programName)
        .description("Operate a deployed Matrix homeserver: everything that is not `pulumi up`.")
        .option("--stack <name>", "stack to work on (default: the selected one, else dev)")
        .helpCommand("help [command]", "show usage, commands and the default configuration")
        .addHelpText("after", () => defaults());
    for (const group of groups) {
        const command = wanted(group.name) ? await group.load() : new Command(group.name);
        program.addCommand(command.summary(group.summary));
    }
    return prepare(program);
}

function defaults(): string {
    return `${examples("manage install", "status --format json", "logs homeserver --follow", 'content send-message lobby "Hello"', "credentials --show-secrets")}

Default configuration:
  stack       the one selected by \`pulumi stack select\`, else dev
  settings    Pulumi.<stack>.yaml; every setting and its default: docs/stack.schema.json
  state       .state, with its passphrase; PULUMI_BACKEND_URL and PULUMI_CONFIG_PASSPHRASE_FILE override it
  ports       8008 clients (loopback), 443 and 8448 gateway, 3478 relay, 55432 database (loopback)

Exit codes: 0 done, 1 failed, 2 nothing to do or not found (see each command's help).`;
}

/** Runs the command and ends the process, whatever is still open in it. */
export async function main(argv: string[]): Promise<never> {
    // A reader that has seen enough (`| head`) is no failure.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
    const code = await run(argv);
    await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))));
    process.exit(code);
}

async function run(argv: string[]): Promise<number> {
    try {
        const { operands } = new Command().option("--stack <name>").allowUnknownOption().parseOptions(argv);
        // A completion tells of all commands, anything else of those that are named.
        const program = await buildProgram((name) => operands[0] === "completion" || operands.slice(0, 2).includes(name));
        const isGroup = (name: string | undefined) => program.commands.some((one) => one.name() === name && one.commands.length > 0);
        // `help status`, `manage help`, `manage help stop`.
        const helpAt = isGroup(operands[0]) ? 1 : 0;
        const asksForHelp = operands[helpAt] === "help";
        const names = asksForHelp ? operands.toSpliced(helpAt, 1).filter((name) => name !== "help") : operands;
        refuseUnknown(program, names);
        await program.parseAsync(asksForHelp ? [...names, "--help"] : argv, { from: "user" });
        return Number(process.exitCode ?? 0);
    } catch (error) {
        if (error instanceof CommanderError) return error.exitCode;
        console.error(`${programName}: ${oneLine(error)}`);
        return error instanceof Failure ? error.exitCode : 1;
    }
}
