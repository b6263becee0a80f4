/** The passwords of a stack's repository, in its state as `pulumi stack export --show-secrets` has it. Pure. */

export interface ExportedState {
    deployment?: { secrets_providers?: object; resources?: { urn: string; outputs?: { result?: { plaintext?: string } } }[] };
}

/** Every generation, latest first: which of them the repository has is known by itself alone. */
export function passwordsIn(exported: ExportedState): string[] {
    return results(exported).map(({ plaintext }) => String(JSON.parse(plaintext)));
}

/**
 * The state of a moment before a rotation has an earlier password than its repository has now.
 * @param password that opens the repository
 */
export function withPassword<State extends ExportedState>(exported: State, password: string): State {
    const copy = structuredClone(exported);
    const [latest] = results(copy);
    if (latest) latest.plaintext = JSON.stringify(password);
    return copy;
}

function results({ deployment }: ExportedState): { plaintext: string }[] {
    return (deployment?.resources ?? [])
        .flatMap(({ urn, outputs }) => {
            const found = /::backup-password(?:-(\d+))?$/.exec(urn);
            const result = outputs?.result;
            if (!found || result?.plaintext === undefined) return [];
            return [{ generation: Number(found[1] ?? 1), result: result as { plaintext: string } }];
        })
        .sort((a, b) => b.generation - a.generation)
        .map(({ result }) => result);
}
