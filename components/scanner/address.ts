/** How the homeserver reaches the scanner. Pure. */

/** A workload's name is its host in the stack's network. */
export const scannerAddress = { host: "scanner", port: 3310 };
