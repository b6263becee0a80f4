/** PostgreSQL's major version by an image's tag, such as postgres:18-bookworm or timescaledb:2.17-pg16. Pure. */
export function majorByTag(reference: string): number | undefined {
    const tag = /:([^/:@]+)$/.exec(reference.split("@")[0] ?? "")?.[1] ?? "";
    const found = /(?:^|-)pg(\d+)/.exec(tag) ?? /^v?(\d+)/.exec(tag);
    return found ? Number(found[1]) : undefined;
}
