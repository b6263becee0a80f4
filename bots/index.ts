/** `matrix-synapse/bots`: bots that read and write in encrypted rooms. See docs/encryption.md. */
export { type BotOptions, type EncryptedBot, openBot } from "./encryptedBot.ts";
export { signInFreshDevice } from "./freshDevice.ts";
