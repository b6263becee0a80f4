/** Which version of its program a homeserver runs. Apart from the rest, so that a command that asks only this loads no Matrix SDK. */

/**
 * The server's own word, which also shows that it answers. Needs no token.
 * @param baseUrl of the admin API
 * @throws Error if it does not answer within the given milliseconds
 * Source: https://element-hq.github.io/synapse/latest/admin_api/version_api.html
 */
export async function serverVersion(baseUrl: string, milliseconds: number): Promise<string | undefined> {
    const answer = await fetch(`${baseUrl}/_synapse/admin/v1/server_version`, { signal: AbortSignal.timeout(milliseconds) });
    return ((await answer.json()) as { server_version?: string }).server_version;
}
