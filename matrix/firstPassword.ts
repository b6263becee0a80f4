/** The password that a new account gets. */
import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Of the first password that a new account gets, in characters. It stays: a longer one would be another for every account. */
export const firstPasswordLength = 24;

/**
 * 24 letters and digits (142 bits). Derived, so that a run that was interrupted leads to the same password, and the state does
 * not hold one for each of a thousand accounts.
 * @param seed secret, and at least as strong as a password
 */
export function firstPassword(seed: string, userId: string): string {
    let number = BigInt(`0x${createHmac("sha256", seed).update(`first password ${userId}`).digest("hex")}`);
    let password = "";
    for (let place = 0; place < firstPasswordLength; place++) {
        password += alphabet[Number(number % BigInt(alphabet.length))];
        number /= BigInt(alphabet.length);
    }
    return password;
}
