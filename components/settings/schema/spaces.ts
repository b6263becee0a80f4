/** An entry of the section `spaces`. Pure. */
import { z } from "zod";
import { place } from "./place.ts";

export const space = z.strictObject(place);
