/** Previews a stack and writes what it finds as text. */
import { writeFileSync } from "node:fs";
import { type EngineEvent, LocalWorkspace, type PreviewOptions } from "@pulumi/pulumi/automation/index.js";
import { knownFault } from "../project/pulumiCommand.ts";
import { previewOf } from "./changes.ts";
import { plainLines } from "./lines.ts";
import { previewText } from "./text.ts";

export interface PreviewedText {
    /** Markdown. */
    text: string;
    /** Whether the update would begin. */
    succeeded: boolean;
}

/**
 * @param envVars what `pulumi` needs beside the environment of this process
 * @param workDir folder of the Pulumi project
 * @param options as for `pulumi preview`
 */
export async function previewStack(
    stackName: string,
    workDir: string,
    envVars: Record<string, string>,
    options: PreviewOptions = {},
): Promise<PreviewedText> {
    const events: EngineEvent[] = [];
    // The Automation API finds the CLI by this process's own PATH.
    Object.assign(process.env, envVars);
    try {
        const stack = await LocalWorkspace.selectStack({ stackName, workDir }, { envVars });
        await stack.preview({ ...options, onEvent: (event) => events.push(event) });
    } catch (error) {
        const preview = previewOf(stackName, events);
        const failures = preview.failures.length > 0 ? preview.failures : reasons(error);
        return { text: previewText({ ...preview, failures: withoutRepetition(failures) }), succeeded: false };
    }
    return { text: previewText(previewOf(stackName, events)), succeeded: true };
}

/** Prints the text, and writes it to the file that PREVIEW_FILE names. */
export async function showPreview(...parameters: Parameters<typeof previewStack>): Promise<boolean> {
    const { text, succeeded } = await previewStack(...parameters);
    process.stdout.write(text);
    keepPreview(text, process.env);
    return succeeded;
}

export function keepPreview(text: string, { PREVIEW_FILE: file }: NodeJS.ProcessEnv): void {
    if (file) writeFileSync(file, text);
}

/** Where the CLI failed before the engine began. */
function reasons(error: unknown): string[] {
    const message = error instanceof Error ? error.message : String(error);
    const known = knownFault(message);
    if (known) return [known];
    const lines = plainLines(message).filter((line) => /^(stderr: )?(error|warning): /.test(line));
    return (lines.length > 0 ? lines : plainLines(message).slice(0, 5)).map((line) => line.replace(/^(stderr: )?error: /, ""));
}

/** The engine repeats at the end that there was an error. */
function withoutRepetition(failures: string[]): string[] {
    const telling = failures.filter(
        (line) => !/^(preview failed|update failed|Running program .* failed with an unhandled exception:)$/.test(line),
    );
    return telling.length > 0 ? telling : failures;
}
