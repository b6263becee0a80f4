/** How Pulumi hands over what a stack's file says. Pure. */

/** Pulumi hands structures over as JSON and everything else as text. */
export function fromConfigText(text: string): unknown {
    if (!/^(\{|\[|true$|false$|-?\d+$)/.test(text)) return text;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
