/** Images that pass every check before an update, and never come up. */
import { execa } from "execa";
import { imageReference } from "../../scripts/project/checkout.ts";

/** The program that a container of the image starts, and the one question that it still answers. */
const programs = {
    synapse: { program: "/start.py", answered: "none" },
    postgres: { program: "postgres", answered: "--version" },
    coturn: { program: "turnserver", answered: "none" },
    caddy: { program: "caddy", answered: "version" },
};

/** What the log of such a container has in it. */
export const lastWords = "this build is broken";

/** @returns its reference */
export async function brokenImage(name: keyof typeof programs): Promise<string> {
    const { program, answered } = programs[name];
    const recipe = `FROM ${imageReference(name)}
USER root
RUN real=$(command -v ${program}) && mv $real $real-whole && chmod 755 $real-whole \\
    && printf '#!/bin/sh\\n[ "$1" = ${answered} ] && exec %s-whole "$@"\\necho "${lastWords}" >&2\\nexit 1\\n' $real >$real && chmod 755 $real
`;
    const reference = `matrix-synapse-test/broken-${name}:1`;
    await execa("docker", ["build", "--quiet", "--tag", reference, "-"], { input: recipe });
    return reference;
}
