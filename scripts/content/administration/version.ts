/** Which version of its program a homeserver runs. Apart from the rest, so that a command that asks only this loads no Matrix SDK. */

/**
 * The server's own word, which also shows that it answers. Needs no token.
 * @param baseUrl of the admin API
 * @throws Error if it does not answer within the given milliseconds
 * Sources: https://element-hq.github.io/synapse/latest/admin_api/version_api.html; dendrite v0.13.8, setup/base/static/index.gotmpl
 */
export async function serverVersion(baseUrl: string, milliseconds: number): Promise<string | undefined> {
    const signal = AbortSignal.timeout(milliseconds);
    const answer = await fetch(`${baseUrl}/_synapse/admin/v1/server_version`, { signal });
    if (answer.status !== 404) return ((await answer.json()) as { server_version?: string }).server_version;
    // Dendrite tells it to other servers, if there are any, and on its own page.
    const page = await (await fetch(`${baseUrl}/_matrix/static/`, { signal })).text();
    return /Dendrite (\d[\w.+-]*) is running/.exec(page)?.[1];
}
