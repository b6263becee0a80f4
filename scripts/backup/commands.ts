/** `make backup` and `make restore`: what is asked for, and what is said. */
import { readFileSync } from "node:fs";
import { faultInRepository } from "../../components/backup/repository.ts";
import { imageReference } from "../project/checkout.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { backUpNow, backupContainer, deposit } from "./deposit.ts";
import { restore } from "./restore.ts";
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

/** @param given the variables that `make restore` names */
export async function restoreAsAsked(stack: string, given: Record<string, string | undefined>): Promise<void> {
    const { REPOSITORY: place = "", PASSWORD_FILE, TIME, CREDENTIALS_FILE, AUTHORITY_FILE } = given;
    const example = `make restore STACK=${stack} REPOSITORY=/srv/backup PASSWORD_FILE=password TIME=2026-11-26T18:00:00Z`;
    if (place === "") throw new Failure(`REPOSITORY is missing: where the backups are, such as ${example}`);
    const fault = faultInRepository(place);
    if (fault) throw new Failure(`REPOSITORY: ${fault}`);
    if (PASSWORD_FILE === undefined)
        throw new Failure(`PASSWORD_FILE is missing: a file with the repository's password, such as ${example}`);
    const until = TIME === undefined || TIME === "" ? undefined : Date.parse(TIME);
    if (until !== undefined && (Number.isNaN(until) || !/(Z|[+-]\d\d:?\d\d)$/.test(TIME ?? "")))
        throw new Failure(`TIME: "${TIME}" is not a moment with its time zone, such as 2026-11-26T18:00:00Z`);
    const started = Date.now();
    const repository = {
        place,
        password: textOf("PASSWORD_FILE", PASSWORD_FILE).trim(),
        ...(CREDENTIALS_FILE && { credentials: textOf("CREDENTIALS_FILE", CREDENTIALS_FILE) }),
        ...(AUTHORITY_FILE && { authority: textOf("AUTHORITY_FILE", AUTHORITY_FILE) }),
        image: imageReference("restic"),
    };
    const { users, rooms, events, media, damagedMedia } = await restore(stack, repository, until, say);
    // The state has changed by it: containers, and perhaps ports.
    await deposit(stack);
    say(`
Stack ${stack} is restored (${Math.round((Date.now() - started) / 1000)} s).
  Accounts  ${users}
  Rooms     ${rooms}
  Events    ${events}
  Media     ${media}, ${damagedMedia.length === 0 ? "each with its file" : `${damagedMedia.length} without their file: ${damagedMedia.slice(0, 5).join(", ")}`}`);
}

function textOf(variable: string, file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new Failure(`${variable}: ${oneLine(error)}`);
    }
}
