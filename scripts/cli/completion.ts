/**
 * `completion`: prints the completion of all commands and options for a shell. What it prints answers from itself: the libraries
 * for this (@bomb.sh/tab, @pnpm/tabtab, omelette) start the program at each press of TAB, which takes a second, and the first two
 * pass the line through `eval`, which runs a command substitution that was only typed.
 */
import { Argument, Command } from "commander";
import { examples, programName } from "./parsing.ts";

/** A command as a completion knows it: `words` from the program on, empty for the program itself. */
interface Entry {
    words: string[];
    children: { name: string; summary: string }[];
    flags: { long: string; summary: string; takesValue: boolean }[];
}

const shells = { bash, zsh, fish };

export function completionCommand(): Command {
    return new Command("completion")
        .addArgument(new Argument("<shell>", "shell to complete in").choices(Object.keys(shells)))
        .description("Print the completion of all commands and options for a shell.")
        .addHelpText("after", examples("completion bash > /etc/bash_completion.d/resource-matrix-synapse", "completion fish | source"))
        .action((shell: keyof typeof shells, _options: unknown, command: Command) => {
            process.stdout.write(shells[shell](entriesOf(command.parent ?? command)));
        });
}

export function entriesOf(command: Command, words: string[] = [], inherited: Command["options"] = []): Entry[] {
    const options = [...command.options, ...inherited];
    const entry: Entry = {
        words,
        children: [
            ...command.commands.map((child) => ({ name: child.name(), summary: plain(child.summary() || child.description()) })),
            ...command.registeredArguments.flatMap(({ argChoices }) => (argChoices ?? []).map((name) => ({ name, summary: name }))),
            ...(words.length === 0 ? [{ name: "help", summary: "show usage, commands and the default configuration" }] : []),
        ],
        flags: [
            ...options.flatMap(({ long, description, required, optional }) =>
                long ? [{ long, summary: plain(description), takesValue: required || optional }] : [],
            ),
            { long: "--help", summary: "show help, with an example", takesValue: false },
        ],
    };
    return [entry, ...command.commands.flatMap((child) => entriesOf(child, [...words, child.name()], options))];
}

/** One line without what the shells take for their own. */
function plain(text: string): string {
    return (text.split("\n")[0] ?? "").replace(/['"`\\[\]:$]/g, "");
}

function bash(entries: Entry[]): string {
    const cases = entries.map(({ words, children, flags }) => {
        const all = [...children.map(({ name }) => name), ...flags.map(({ long }) => long)];
        return `    "${words.join(" ")}") known="${all.join(" ")}" ;;`;
    });
    return `# bash completion of ${programName}
_resource_matrix_synapse() {
  local word chain="" known="" commands="${paths(entries)}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$commands" in *"|\${chain:+$chain }$word|"*) chain="\${chain:+$chain }$word" ;; esac
  done
  case "$chain" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$known" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _resource_matrix_synapse ${programName}
`;
}

/** All commands' paths between bars: "|manage|manage install|". */
function paths(entries: Entry[]): string {
    return `|${entries
        .filter(({ words }) => words.length > 0)
        .map(({ words }) => words.join(" "))
        .join("|")}|`;
}

function zsh(entries: Entry[]): string {
    const cases = entries.map(({ words, children, flags }) => {
        const all = [
            ...children.map(({ name, summary }) => `'${name}:${summary}'`),
            ...flags.map(({ long, summary }) => `'${long}:${summary}'`),
        ];
        return `    "${words.join(" ")}") known=(${all.join(" ")}) ;;`;
    });
    return `#compdef ${programName}
_resource_matrix_synapse() {
  local word chain="" commands="${paths(entries)}"
  local -a known
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$commands" in *"|\${chain:+$chain }$word|"*) chain="\${chain:+$chain }$word" ;; esac
  done
  case "$chain" in
${cases.join("\n")}
  esac
  _describe -o 'command' known || _files
}
compdef _resource_matrix_synapse ${programName}
`;
}

function fish(entries: Entry[]): string {
    const lines = entries.flatMap(({ words, children, flags }) => {
        const condition = `-n "__resource_matrix_synapse_is '${words.join(" ")}'"`;
        return [
            ...children.map(({ name, summary }) => `complete -c ${programName} -f ${condition} -a ${name} -d '${summary}'`),
            ...flags.map(
                ({ long, summary, takesValue }) =>
                    `complete -c ${programName} ${condition} -l ${long.slice(2)}${takesValue ? " -r" : ""} -d '${summary}'`,
            ),
        ];
    });
    return `# fish completion of ${programName}
function __resource_matrix_synapse_is
  set -l chain
  for word in (commandline -opc)[2..]
    contains -- (string join ' ' -- $chain $word) ${entries
        .filter(({ words }) => words.length > 0)
        .map(({ words }) => `'${words.join(" ")}'`)
        .join(" ")}
    and set chain $chain $word
  end
  test "$chain" = "$argv"
end
${lines.join("\n")}
`;
}
