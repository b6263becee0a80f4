/** How a resource's fields appear in a Pulumi program. */
import type * as pulumi from "@pulumi/pulumi";

/** Fields as a program gives them: values, or outputs of other resources. */
export type Inputs<Fields> = { [Field in keyof Fields]: pulumi.Input<Fields[Field]> };

/** Fields as a program reads them. */
export type Outputs<Fields> = { readonly [Field in keyof Required<Fields>]: pulumi.Output<Fields[Field]> };
