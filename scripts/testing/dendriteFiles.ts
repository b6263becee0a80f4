/** The tests that run on Dendrite as well as on Synapse, by their paths from the checkout on. */
export const dendriteFiles: readonly string[] = ["content", "drift", "cli", "cliContent", "turn", "call"].map(
    (name) => `tests/integration/${name}.test.ts`,
);

/** Tests of a Dendrite beside a Synapse: they choose the homeserver of each stack themselves. */
export const besideSynapse: readonly string[] = ["tests/integration/dendrite.test.ts", "tests/slow/meshDendrite.test.ts"];
