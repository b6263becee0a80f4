/** How Pulumi hands over what a stack's file says. Pure. */

/** Stands for a secret where the stack's file is read without its passphrase: what it is good for cannot be judged then. */
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
