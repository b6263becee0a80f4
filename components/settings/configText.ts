/** How Pulumi hands over the values in a stack's file. Pure. */

/** Stands for a secret where the stack's file is read without its passphrase; such a value cannot be checked. */
export const keptEncrypted = "a secret that is kept encrypted";

/** Pulumi hands structures over as JSON and everything else as text. */
export function fromConfigText(text: string): unknown {
    if (!/^(\{|\[|true$|false$|-?\d+$)/.test(text)) return text;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
