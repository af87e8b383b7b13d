/** Where the link's keys are kept, apart from the code that makes them: those who only read the CA need no more. */

export const trustNames = { secret: "kambda-link", configMap: "kambda-trust", caKey: "ca.crt" } as const;
