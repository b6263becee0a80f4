/** `make backup` and `make restore`: what is asked for, and what is said. */
import { readFileSync } from "node:fs";
import { faultInRepository } from "../../components/backup/repository.ts";
import { imageReference } from "../project/checkout.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { backUpNow, backupContainer, deposit } from "./deposit.ts";
import { type Progress, type Restored, restore } from "./restore.ts";
import { shown } from "./snapshots.ts";

const say = (line: string): void => console.log(line);

export async function backUp(stack: string): Promise<void> {
    const container = await backupContainer(stack);
    if (container === undefined)
        throw new Failure(`stack ${stack} makes no backups: set backup.repository in Pulumi.${stack}.yaml, then make up`);
    const started = Date.now();
    say(`Storing stack ${stack}`);
    await backUpNow(container, stack);
    say(`Everything up to ${shown(started)} is in the repository (${Math.round((Date.now() - started) / 1000)} s).`);
}

/** What a restore is asked for. */
export interface Asked {
    repository?: string | undefined;
    /** File with the repository's password. */
    passwordFile?: string | undefined;
    /** A moment with its time zone. Default: the latest. */
    time?: string | undefined;
    /** Access to an S3 store, in the form of ~/.aws/credentials. */
    credentialsFile?: string | undefined;
    /** PEM of the authorities that signed the store's certificate. */
    authorityFile?: string | undefined;
}

/** As whoever asks gives them. */
export type Names = Record<keyof Asked, string>;

const variables: Names = {
    repository: "REPOSITORY",
    passwordFile: "PASSWORD_FILE",
    time: "TIME",
    credentialsFile: "CREDENTIALS_FILE",
    authorityFile: "AUTHORITY_FILE",
};

/** @param environment the variables that `make restore` names */
export async function restoreByMake(stack: string, environment: Record<string, string | undefined>): Promise<void> {
    const asked = Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, environment[variable]]));
    const example = `make restore STACK=${stack} REPOSITORY=/srv/backup PASSWORD_FILE=password TIME=2026-11-26T18:00:00Z`;
    say(await restoreAsAsked(stack, asked, { names: variables, example, say, output: 1 }).then(report));
}

/**
 * Restores a stack, and stores the state that it has then.
 * @param how the options are called, and an example with them
 * @throws Failure that names the option that is wrong
 */
export async function restoreAsAsked(
    stack: string,
    { repository: place = "", passwordFile = "", time = "", credentialsFile = "", authorityFile = "" }: Asked,
    { names, example, ...progress }: Progress & { names: Names; example: string },
): Promise<Done> {
    if (place === "") throw new Failure(`${names.repository} is missing: where the backups are, such as ${example}`);
    const fault = faultInRepository(place);
    if (fault) throw new Failure(`${names.repository}: ${fault}`);
    if (passwordFile === "")
        throw new Failure(`${names.passwordFile} is missing: a file with the repository's password, such as ${example}`);
    const until = time === "" ? undefined : Date.parse(time);
    if (until !== undefined && (Number.isNaN(until) || !/(Z|[+-]\d\d:?\d\d)$/.test(time)))
        throw new Failure(`${names.time}: "${time}" is not a moment with its time zone, such as 2026-11-26T18:00:00Z`);
    const started = Date.now();
    const repository = {
        place,
        stack,
        password: textOf(names.passwordFile, passwordFile).trim(),
        ...(credentialsFile && { credentials: textOf(names.credentialsFile, credentialsFile) }),
        ...(authorityFile && { authority: textOf(names.authorityFile, authorityFile) }),
        image: imageReference("restic"),
    };
    const restored = await restore(repository, until, progress);
    // The state has changed by it: containers, and perhaps ports.
    await deposit(stack);
    return { ...restored, stack, seconds: Math.round((Date.now() - started) / 1000) };
}

export interface Done extends Restored {
    stack: string;
    seconds: number;
}

/** For people. */
export function report({ stack, seconds, users, rooms, events, media, damagedMedia, directories, signingKey }: Done): string {
    const files =
        damagedMedia.length === 0
            ? "each with its file"
            : `${damagedMedia.length} without their file: ${damagedMedia.slice(0, 5).join(", ")}`;
    return `
Stack ${stack} is restored (${seconds} s).
  Accounts  ${users}
  Rooms     ${rooms}
  Events    ${events}
  Media     ${media}, ${files}
  Key       ${signingKey}, the one that other servers know${directories.map((one) => `\n  Files     ${one}`).join("")}`;
}

function textOf(name: string, file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new Failure(`${name}: ${oneLine(error)}`);
    }
}
