/** How content is brought to the homeserver: a command resource around a script. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Homeserver } from "../homeserver/homeserver.ts";

export interface ContentCommandArgs {
    /** File in scripts/content, without its ending. */
    script: string;
    /** The homeserver it is brought to; must answer first. */
    homeserver: Homeserver;
    /** What the script is to bring about; shown in previews, so never a secret. */
    request: pulumi.Input<object>;
    /** What it needs to know and nobody else may. */
    secrets: pulumi.Input<object>;
    /** Whether what it answers is secret. */
    secretAnswer: boolean;
}

export interface ContentCommand {
    resource: command.local.Command;
    /** A field of the script's answer. */
    answer(field: string): pulumi.Output<string>;
}

/** Runs the script at creation and whenever one of its inputs changes. */
export function contentCommand(name: string, args: ContentCommandArgs, opts: pulumi.CustomResourceOptions): ContentCommand {
    const { script, homeserver, request, secrets, secretAnswer } = args;
    const resource = new command.local.Command(
        name,
        {
            // Relative to the project, where Pulumi runs it: an absolute path would differ in the next checkout.
            create: `node --import tsx scripts/content/${script}.ts`,
            environment: { HOMESERVER_URL: homeserver.localUrl, REQUEST: pulumi.jsonStringify(request) },
            stdin: pulumi.secret(pulumi.jsonStringify(secrets)),
            logging: "none",
            // A secret must not go through an environment.
            addPreviousOutputInEnv: !secretAnswer,
        },
        { dependsOn: [homeserver.ready], additionalSecretOutputs: secretAnswer ? ["stdout", "stderr"] : [], ...opts },
    );
    const stdout = secretAnswer ? pulumi.secret(resource.stdout) : resource.stdout;
    return { resource, answer: (field) => stdout.apply((text) => (JSON.parse(text) as Record<string, string>)[field] ?? "") };
}
