import { seed } from "matrix-synapse/seeds";
export default seed(async ({ client, userId, rooms }) => {
for (;;);
});
