export const greeting = "imported, edited";
