/** Whether a site can be reached from here, asked once and briefly: a closed network must not cost minutes of timeouts. */
const asked = new Map<string, Promise<boolean>>();

/** True when the site answers anything at all within 5 s. */
export function reaches(url: string): Promise<boolean> {
    const known = asked.get(url) ?? ask(url);
    asked.set(url, known);
    return known;
}

async function ask(url: string): Promise<boolean> {
    try {
        const response = await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(5_000) });
        // Some closed networks answer for everybody with an error page of their own.
        return response.status < 500 && response.status !== 403 && response.status !== 407;
    } catch {
        return false;
    }
}
