/** What a kind of resource does. The server calls it with plain values; what is secret is named. */
import type { Session } from "./session.ts";

export interface Kind<Inputs extends object, Outputs extends object> {
    /** Whether it has nothing to do with a homeserver's API: then it is given no session. */
    apart?: true;
    /** Outputs that only the server can tell; unknown in the preview of a creation. */
    computed: readonly (keyof Outputs & string)[];
    /** Inputs that programs read as outputs. The others are not said twice: Pulumi writes the whole state at each step. */
    echoed: readonly (keyof Inputs & string)[];
    /** Inputs and outputs that are secret. */
    secret: readonly string[];
    /** Inputs whose change makes it another thing. */
    identity: readonly (keyof Inputs & string)[];
    /** What stands in the inputs besides the declaration, so that its loss shows in a preview. */
    fixed?: Partial<Inputs>;
    /** What cannot be, by property; {@link before} is what was declared last. */
    faults?(inputs: Inputs, before: Inputs | undefined): { property: string; reason: string }[];
    /** Outputs that an update will change. */
    renewed?(before: Inputs, inputs: Inputs): readonly (keyof Outputs & string)[];
    /** Creates it or adopts what is there. @throws Error in one line that says what to do */
    create(session: Session, inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
    /**
     * @param inputs what was declared last
     * @returns the same with the server's values in place of the declared ones, or undefined if it is gone
     */
    read(session: Session, id: string, inputs: Inputs, outputs: Outputs): Promise<{ inputs: Inputs; outputs: Outputs } | undefined>;
    update(session: Session, id: string, inputs: Inputs, before: Inputs, outputs: Outputs): Promise<Outputs>;
    delete(session: Session, id: string, inputs: Inputs, outputs: Outputs): Promise<void>;
}
