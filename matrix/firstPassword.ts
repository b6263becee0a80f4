import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * An account's first password: 24 letters and digits (142 bits). Derived, so that a run that was cut off leads to the same one,
 * and that a thousand of them need not stand in the state.
 * @param seed secret, and as strong
 */
export function firstPassword(seed: string, userId: string): string {
    let number = BigInt(`0x${createHmac("sha256", seed).update(`first password ${userId}`).digest("hex")}`);
    let password = "";
    for (let place = 0; place < 24; place++) {
        password += alphabet[Number(number % 62n)];
        number /= 62n;
    }
    return password;
}
