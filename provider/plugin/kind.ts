/** What a kind of resource does. The server calls it with plain values; the schema says which of them are secret. */
import type { Session } from "../../scripts/content/session.ts";

/** What is wrong with a property, in words that follow its name. */
export interface KindFault {
    property: string;
    reason: string;
}

/** @template Inputs as declared, and what the provider adds to them so that its loss shows in a preview */
export interface Kind<Inputs extends object, Computed extends object> {
    /** Inputs that the provider itself sets, to what they should be. */
    fixed?: Partial<Inputs>;
    /** Whether the removal of the resource leaves the account or room as it is. */
    stays?: true;
    /** Declarations that cannot be, by property; {@link before} is the last one. */
    faults?(inputs: Inputs, before: Inputs | undefined): KindFault[];
    /** Declarations that this server or this account does not allow, as far as that can be known before. */
    refusals?(session: Session, inputs: Inputs, before: Inputs | undefined): Promise<KindFault[]>;
    /** Outputs that an update will change. */
    renewed?(before: Inputs, inputs: Inputs): readonly (keyof Computed & string)[];
    /**
     * Looks whether a creation, or an update where there is a last declaration, would be refused, without changing anything.
     * Asked in previews. @throws Error as create and update do
     */
    foresee?(session: Session, inputs: Inputs, before: Inputs | undefined): Promise<void>;
    /** Creates it or adopts what is there. @throws Error in one line that says what to do */
    create(session: Session, inputs: Inputs): Promise<{ id: string; outputs: Computed }>;
    /**
     * @param inputs the last declaration
     * @returns the same with the server's values in place of the declared ones, and its ID where that is another now, or undefined
     * if it is gone
     */
    read(
        session: Session,
        id: string,
        inputs: Inputs,
        outputs: Computed,
    ): Promise<{ id?: string; inputs: Inputs; outputs: Computed } | undefined>;
    update(session: Session, id: string, inputs: Inputs, before: Inputs, outputs: Computed): Promise<Computed>;
    delete(session: Session, id: string, inputs: Inputs, outputs: Computed): Promise<void>;
}

/** Outputs that only the server can tell; the other ones are inputs. */
export type Computed<Outputs, Inputs> = Omit<Outputs, keyof Inputs>;
