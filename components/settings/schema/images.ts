/** The section `images`: what the containers run. Pure. */
import { z } from "zod";

const imageReference = z
    .string()
    .regex(/^[a-z0-9][a-zA-Z0-9._/:@-]*$/, { error: "is not an image reference, such as docker.io/library/caddy:2.11.9" });

export const images = z.strictObject({
    synapse: imageReference.default("docker.io/matrixdotorg/synapse:v1.163.2").describe("Image of the homeserver."),
    postgres: imageReference.default("docker.io/library/postgres:15-bookworm").describe("Image of the stack's own database server."),
    coturn: imageReference.default("docker.io/coturn/coturn:4.6.1").describe("Image of the relay for calls."),
    caddy: imageReference.default("docker.io/library/caddy:2.11.9").describe("Image of the gateway."),
    restic: imageReference.default("docker.io/restic/restic:0.14.0").describe("Image of the program that stores backups."),
});
