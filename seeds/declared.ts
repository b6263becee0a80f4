/** IDs of what a stack declares, by key of its settings. */

/** A Map whose `get` throws for a key that is not declared, so that a mistyped key never becomes an `undefined` in a request. */
export class Declared<Id extends string> extends Map<string, Id> {
    /** @param section of the settings, such as "rooms" */
    constructor(
        readonly section: string,
        ids: Record<string, Id>,
    ) {
        super(Object.entries(ids));
    }

    override get(key: string): Id {
        const id = super.get(key);
        if (id === undefined)
            throw new Error(
                `${JSON.stringify(key)} is not declared under ${this.section} (declared: ${[...this.keys()].sort().join(", ") || "none"})`,
            );
        return id;
    }
}
