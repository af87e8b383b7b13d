/** Where the chart goes when `npm start` installs it. */
export const releaseNamespace = "kambda-system";
