/** Rotation: asks for a new secret in the stack's settings. */
import { z } from "zod";
import { raiseGenerations } from "../../../project/raiseGeneration.ts";
import { stackAction } from "./action.ts";

const options = z.strictObject({ secret: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]) });

export const rotate = stackAction(
    'a new secret, in the settings: {"secret": "turnSharedSecret"} or a list; pulumi preview says what it costs, make up applies it',
    options,
    async ({ stack }, { secret }) => {
        const { generations } = raiseGenerations(stack, [secret].flat());
        const raised = Object.entries(generations).map(([path, generation]) => `${path} is ${generation}`);
        const next = `pulumi preview --stack ${stack}`;
        return { line: `${raised.join(", ")} in Pulumi.${stack}.yaml; run: ${next}`, result: { generations, next } };
    },
);
