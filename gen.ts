import { coturnOptions } from "./components/turn/coturnOptions.ts";
console.log(coturnOptions({ port: 3478, tlsPort: 5349, bind: "127.0.0.1", relayPorts: { min: 49160, max: 49163 } } as never, "localhost").join("\n"));
