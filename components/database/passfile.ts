/** The password file of libpq, in which every program of a stack finds the database's password. Pure. */

interface Entry {
    /** What the password is for. Default of each: anything. */
    host?: string;
    port?: number;
    name?: string;
    user?: string;
    password: string;
}

/** One line. Source: https://www.postgresql.org/docs/15/libpq-pgpass.html */
export function passfile({ host = "*", port, name = "*", user = "*", password }: Entry): string {
    const escapeField = (field: string) => field.replace(/[\\:]/g, "\\$&");
    return `${[host, `${port ?? "*"}`, name, user, password].map(escapeField).join(":")}\n`;
}
