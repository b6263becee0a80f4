/** What a homeserver's refusal means for a room, and the remedy. */
import { MatrixError } from "matrix-bot-sdk";
import { answered, reason } from "../client.ts";

/** Synapse's words where its rules for the directory and for aliases say no; they have no code of their own. */
const rules: Record<string, string> = {
    "Not allowed to publish room": "publishers",
    "This user is not permitted to publish rooms to the room list": "publishers",
    "Not allowed to create alias": "aliasCreators",
};

/** @returns the setting of the server's stack that would allow it, or undefined if no rule of it is in the way */
export function ruleBehind(error: unknown): string | undefined {
    return error instanceof MatrixError && error.statusCode === 403 ? rules[error.error ?? ""] : undefined;
}

/**
 * @param what what was to be done, such as "m.room.topic cannot be set"
 * @param self user ID of the acting account
 */
export function refusal(what: string, error: unknown, self: string, roomId: string): Error {
    const setting = ruleBehind(error);
    if (setting) {
        return new Error(
            `${what}: the server does not let ${self} do it; in the server's own stack, add ${self} to homeserver.roomDirectory.${setting}`,
        );
    }
    if (answered(error, "M_EXCLUSIVE"))
        return new Error(`${what}: it is reserved by an application service (${reason(error)}); declare another alias`);
    const remedy = answered(error, "M_FORBIDDEN") ? `; let somebody with a higher power level in ${roomId} give ${self} more` : "";
    return new Error(`${what}: ${reason(error)}${remedy}`);
}
