/** Text of others, made fit for a line on a terminal. */

const longest = 80;

/** Control characters, line ends and marks that turn the direction of writing round, as escapes. */
export function visible(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
        // Joins emoji and letters; harmless.
        if (character === "\u200d" || character === "\u200c") return character;
        const code = character.codePointAt(0) ?? 0;
        return code === 10 ? "\\n" : `\\u{${code.toString(16)}}`;
    });
}

/** In quotes, and cut where it is long. */
export function quoted(text: string): string {
    const characters = [...text];
    const shown = characters.length > longest ? `${characters.slice(0, longest).join("")}… (${characters.length} characters)` : text;
    return `"${visible(shown)}"`;
}

/** A message that may quote what somebody gave, cut to a readable length. */
export function shortened(message: string, most = 400): string {
    const characters = [...message];
    return visible(
        characters.length > most ? `${characters.slice(0, most / 2).join("")} … ${characters.slice(-most / 2).join("")}` : message,
    );
}
