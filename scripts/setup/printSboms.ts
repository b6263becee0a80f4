/** `make sbom`. Not one of main.ts's commands, which are compiled into one file: the library looks for its optional parts when it is loaded. */
import { writeSboms } from "./sbom.ts";

await writeSboms(console.log);
