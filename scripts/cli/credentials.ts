/** `credentials`: addresses, accounts, passwords and tokens, masked by default. */
import { Command } from "commander";
import { Failure } from "../project/failure.ts";
import { type StackOutputs, stackOf, stackOutputs } from "../project/stacks.ts";
import { table } from "../project/table.ts";
import { within } from "./bound.ts";
import { examples, formatOption } from "./parsing.ts";

const mask = "********";

/** What is shown, in order. `null`: hidden. */
export interface Credentials {
    serverName: string;
    clientUrl: string;
    federationUrl: string | null;
    administrator: Account & { password: string | null };
    registrationSharedSecret: string | null;
    databaseUrl: string | null;
    users: Record<string, Account & { password: string | null }>;
    bots: Record<string, Account & { accessToken: string | null }>;
}

interface Account {
    userId: string;
}

export function credentialsCommand(): Command {
    return new Command("credentials")
        .description(
            "Show addresses, the administrator, users' first passwords and bots' tokens. Secrets are masked.\nExit code 2: the stack is not deployed.",
        )
        .addOption(formatOption("text", "json", "env"))
        .option("--json", "the same as --format json")
        .option("--show-secrets", "show passwords and tokens in clear text")
        .addHelpText(
            "after",
            examples("credentials", "credentials --format json --show-secrets", "credentials --format env --show-secrets > .env"),
        )
        .action(async (options: { format: string; json?: boolean; showSecrets?: boolean }, command: Command) => {
            const stack = stackOf(command);
            const outputs = await within(9.5, "credentials", () => stackOutputs(stack, 2));
            const credentials = shown(outputs, options.showSecrets ?? false);
            const format = options.json ? "json" : options.format;
            if (format === "json") console.log(JSON.stringify(credentials, null, 2));
            else if (format === "env") console.log(asEnvironment(credentials));
            else console.log(asText(credentials));
        });
}

/** Only what is named here is ever shown: an output that is added later is not, before somebody has thought about it. */
export function shown(outputs: StackOutputs, showSecrets: boolean): Credentials {
    const secret = (value: string | undefined) => (showSecrets ? (value ?? null) : null);
    if (typeof outputs.adminUserId !== "string")
        throw new Failure("the stack's outputs name no administrator: run `manage install` again", 2);
    return {
        serverName: outputs.serverName,
        clientUrl: outputs.clientUrl,
        federationUrl: outputs.federationUrl ?? null,
        administrator: { userId: outputs.adminUserId, password: secret(outputs.adminPassword) },
        registrationSharedSecret: secret(outputs.registrationSharedSecret),
        databaseUrl: secret(outputs.databaseUrl),
        users: mapped(outputs.users, ({ userId, password }) => ({ userId, password: secret(password) })),
        bots: mapped(outputs.bots, ({ userId, accessToken }) => ({ userId, accessToken: secret(accessToken) })),
    };
}

function mapped<T, U>(record: Record<string, T> | undefined, change: (value: T) => U): Record<string, U> {
    return Object.fromEntries(
        Object.entries(record ?? {})
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => [key, change(value)]),
    );
}

export function asText(credentials: Credentials): string {
    const { administrator, users, bots } = credentials;
    const rows = [
        ["server name", credentials.serverName],
        ["client URL", credentials.clientUrl],
        ["federation URL", credentials.federationUrl ?? "-"],
        ["database URL", credentials.databaseUrl ?? mask],
        ["registration secret", credentials.registrationSharedSecret ?? mask],
        ["administrator", administrator.userId, administrator.password ?? mask],
        ...Object.entries(users).map(([key, { userId, password }]) => [`user ${key}`, userId, password ?? mask]),
        ...Object.entries(bots).map(([key, { userId, accessToken }]) => [`bot ${key}`, userId, accessToken ?? mask]),
    ];
    // Only accounts have a third column, so URLs do not widen the second.
    const accounts = rows.filter((row) => row.length === 3);
    const width = Math.max(...rows.map(([name = ""]) => name.length));
    const padded = (row: string[]) => [(row[0] ?? "").padEnd(width), ...row.slice(1)];
    return [...rows.filter((row) => row.length === 2).map((row) => padded(row).join("  ")), table(accounts.map(padded))].join("\n");
}

/** For a POSIX shell or an env file. What is hidden is a comment: a variable with asterisks in it would be taken for the secret. */
export function asEnvironment(credentials: Credentials): string {
    const { administrator, users, bots } = credentials;
    const variables: [string, string | null][] = [
        ["MATRIX_SERVER_NAME", credentials.serverName],
        ["MATRIX_CLIENT_URL", credentials.clientUrl],
        ...(credentials.federationUrl ? [["MATRIX_FEDERATION_URL", credentials.federationUrl] as [string, string]] : []),
        ["MATRIX_ADMIN_USER_ID", administrator.userId],
        ["MATRIX_ADMIN_PASSWORD", administrator.password],
        ["MATRIX_REGISTRATION_SHARED_SECRET", credentials.registrationSharedSecret],
        ["MATRIX_DATABASE_URL", credentials.databaseUrl],
        ...Object.entries(users).flatMap(([key, { userId, password }]): [string, string | null][] => [
            [`MATRIX_USER_${variable(key)}_USER_ID`, userId],
            [`MATRIX_USER_${variable(key)}_PASSWORD`, password],
        ]),
        ...Object.entries(bots).flatMap(([key, { userId, accessToken }]): [string, string | null][] => [
            [`MATRIX_BOT_${variable(key)}_USER_ID`, userId],
            [`MATRIX_BOT_${variable(key)}_ACCESS_TOKEN`, accessToken],
        ]),
    ];
    return variables
        .map(([name, value]) =>
            value === null ? `# ${name} is hidden: --show-secrets shows it` : `${name}='${value.replaceAll("'", `'\\''`)}'`,
        )
        .join("\n");
}

function variable(key: string): string {
    return key.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
