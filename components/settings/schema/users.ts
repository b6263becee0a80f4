/** An entry of the section `users`. Pure. */
import { z } from "zod";
import { account } from "./account.ts";

export const user = z.strictObject({
    ...account,
    password: z
        .string()
        .max(512)
        .optional()
        .describe("First password. Default: a generated one. Set it with: pulumi config set --secret --path users.NAME.password"),
});
