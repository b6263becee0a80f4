/** The database of a bridge, as github.com/lib/pq connects to it. Pure. */
import type { DatabaseConnection } from "../../database/connections.ts";
import { SecretValue } from "../../settings/secretValue.ts";

/** Path in the container of the authority that signed the database server's certificate. */
export const authorityPath = "/etc/bridge/database-authority.pem";

/** @returns a URI with the password in it. Source: https://pkg.go.dev/github.com/lib/pq@v1.10.9#hdr-Connection_String_Parameters */
export function databaseUri(
    { host, port, name, user, sslMode, authority }: Omit<DatabaseConnection, "password">,
    password: SecretValue,
): SecretValue {
    const encoded = encodeURIComponent;
    const at = host.includes(":") ? `[${host}]` : encoded(host);
    const options = new URLSearchParams({
        sslmode: sslMode,
        // Without it, the program goes by the system's authorities.
        ...(sslMode.startsWith("verify-") && authority !== undefined && { sslrootcert: authorityPath }),
    });
    return new SecretValue(`postgres://${encoded(user)}:${encoded(`${password.reveal()}`)}@${at}:${port}/${encoded(name)}?${options}`);
}
