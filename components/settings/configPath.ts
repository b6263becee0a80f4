/** A setting as `pulumi config set --path` takes it, typed in a shell. Pure. */

/** @param keys such as ["users", "first.last", "password"], which is 'users["first.last"].password' */
export function configPath([first = "", ...rest]: readonly string[]): string {
    const path = first + rest.map((key) => (/^[^.[\]"\\]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join("");
    return /^[\w./=+:@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
