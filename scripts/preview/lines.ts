/** Lines of text from programs, made fit to be read. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal's colours are made of
const terminalCodes = /\u001b\[[0-9;]*[A-Za-z]|<\{%[^%]*%\}>/g;

/** Without colours, stack traces and empty lines. */
export function plainLines(text: string): string[] {
    return text
        .replace(terminalCodes, "")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !/^at .*(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line));
}
