/** The end of what a script prints, without the secrets that it was given. */

/** Characters that are kept. More than a failure shows, so that a script may print without end. */
const kept = 100_000;
const longestLine = 1000;

export class Printed {
    private text = "";
    private cut = false;

    constructor(private readonly secrets: string[]) {}

    add(chunk: string): void {
        this.text += chunk;
        if (this.text.length <= 2 * kept) return;
        this.text = this.text.slice(-kept);
        this.cut = true;
    }

    lastLines(count: number): string[] {
        // The first line of a text that was cut may begin with half a secret, which no longer looks like one.
        const whole = this.cut ? this.text.slice(this.text.indexOf("\n") + 1 || this.text.length) : this.text;
        const masked = this.secrets.filter(Boolean).reduce((text, secret) => text.replaceAll(secret, "[secret]"), whole);
        if (masked.trim() === "") return [];
        return masked
            .trimEnd()
            .split("\n")
            .slice(-count)
            .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
    }
}
