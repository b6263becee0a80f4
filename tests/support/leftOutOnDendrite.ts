/**
 * Tests that do not run with HOMESERVER=dendrite, by file and title, and why. What is not named here runs on both homeservers.
 * docs/dendrite.md has the same list for readers.
 */
const configured = "the exemption from rate limits is in Dendrite's configuration, and cannot be changed by hand";

export const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    content: {
        "follows a room that somebody upgraded: the preview says so, and the outputs lead to the new one":
            "upgrades to room version 12, which Dendrite does not know",
    },
    drift: {
        "is not looked at where database is stopped, and the preview works and says so":
            "Dendrite ends with its database, and answers nothing instead of an error",
    },
    cliContent: {},
    cli: {},
    call: {},
    turn: {},
};

/** Kinds of drift, by their titles in tests/support/drifts.ts. */
export const leftOutDrifts: Readonly<Record<string, string>> = {
    "a user who was made a server admin": "Dendrite makes an account a server admin at its creation alone",
    "a user who was deactivated, and can sign in again with the password of the outputs": "Dendrite cannot reactivate an account",
    "the rooms that such a user was in": "Dendrite cannot reactivate an account",
    "a bot's exemption from rate limits": configured,
    "how long messages are kept": "Dendrite never deletes messages by their age",
};
