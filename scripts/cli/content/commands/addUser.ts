/** `content add-user`: creates a person's account. */
import { Command } from "commander";
import { Failure } from "../../../project/failure.ts";
import { readSettings } from "../../../project/stackFile.ts";
import { settingsFile, stackOf } from "../../../project/stacks.ts";
import { examples } from "../../parsing.ts";
import { jsonOption, printResult } from "../answer.ts";
import { createUser, generatedPassword } from "../create.ts";
import { declareEntry, declareOption } from "../declare.ts";
import { type AccountEntry, checkedEntry } from "../entry.ts";
import { readPassword } from "../entryFile.ts";
import { localpartOf } from "../names.ts";
import { type SecretOptions, saveSecretOption, showSecretsOption, withSecretFile } from "../secretAnswer.ts";
import { onServer, type Server } from "../server.ts";

interface AddUserOptions extends SecretOptions {
    admin?: boolean;
    displayName?: string;
    passwordFile?: string;
    declare?: boolean;
    json?: boolean;
}

export function addUserCommand(): Command {
    return new Command("add-user")
        .description("Creates an account for a person. Exit 2: it already exists.")
        .argument("<user>", "the part of the user ID between @ and the colon")
        .option("--display-name <name>", "name that people see")
        .option("--admin", "may use the server's admin API")
        .option("--password-file <file>", "file whose first line is the password (-: standard input); default: a generated one")
        .addOption(showSecretsOption("the generated password"))
        .addOption(saveSecretOption("the generated password"))
        .addOption(declareOption())
        .addOption(jsonOption())
        .addHelpText(
            "after",
            examples("content add-user alice --display-name Alice --save-secret alice.txt", "content add-user bob --declare"),
        )
        .action(async (user: string, options: AddUserOptions, command: Command) => {
            const raw = {
                ...(options.displayName !== undefined && { displayName: options.displayName }),
                ...(options.admin && { admin: true }),
            };
            if (options.passwordFile !== undefined && (options.saveSecret !== undefined || options.showSecrets)) {
                throw new Failure(
                    "--show-secrets and --save-secret are for a generated password; with --password-file you have it already",
                );
            }
            if (options.declare) {
                if (options.passwordFile !== undefined) {
                    throw new Failure(
                        `--password-file does not go with --declare; afterwards run: pulumi config set --secret --path users.${user}.password`,
                    );
                }
                const name = localpartOf(user, String(readSettings(settingsFile(stackOf(command))).serverName ?? ""));
                return declareEntry(command, "user", name, raw);
            }
            const given = options.passwordFile === undefined ? undefined : await readPassword("--password-file", options.passwordFile);
            await withSecretFile(options, (write) =>
                onServer(command, async (server) => {
                    const name = localpartOf(user, server.name);
                    const { account } = checkedEntry("user", name, raw, server.name, "the command line") as { account: AccountEntry };
                    await addUser(server, name, account, given, options, write);
                }),
            );
        });
}

/** Shared with `content add`. */
export async function addUser(
    server: Server,
    name: string,
    account: AccountEntry,
    given: string | undefined,
    options: SecretOptions & { json?: boolean },
    write: (secret: string) => void,
): Promise<void> {
    const password = given ?? generatedPassword();
    const userId = await createUser(server, name, account, password);
    if (given === undefined) write(password);
    const shown = given === undefined && options.showSecrets ? { password } : {};
    printResult(options.json, `${userId} is there${passwordNote(given, options, password)}`, { type: "user", userId, ...shown });
}

function passwordNote(given: string | undefined, { showSecrets, saveSecret }: SecretOptions, password: string): string {
    if (given !== undefined) return "";
    if (showSecrets) return `, password ${password}`;
    if (saveSecret !== undefined) return `; its password is in ${saveSecret}`;
    return "; its generated password was not saved. To set one: content execute --name reset-password";
}
