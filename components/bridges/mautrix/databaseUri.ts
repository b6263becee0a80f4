/** The database of a bridge, as github.com/lib/pq connects to it. Pure. */
import type { DatabaseConnection } from "../../database/connections.ts";
import { databaseAuthority } from "../kind.ts";

/** @returns a URI with the password in it. Source: https://pkg.go.dev/github.com/lib/pq@v1.10.9#hdr-Connection_String_Parameters */
export function databaseUri(
    { host, port, name, user, sslMode, authority }: Omit<DatabaseConnection, "password">,
    password: string,
): string {
    const encoded = encodeURIComponent;
    const at = host.includes(":") ? `[${host}]` : encoded(host);
    const options = new URLSearchParams({
        sslmode: sslMode,
        // Without it, the program goes by the system's authorities.
        ...(sslMode.startsWith("verify-") && authority !== undefined && { sslrootcert: databaseAuthority }),
    });
    return `postgres://${encoded(user)}:${encoded(password)}@${at}:${port}/${encoded(name)}?${options}`;
}
