/** Where the API server is and who we are there. */

/** What `fetch` is to present and believe; Bun takes it as its `tls` option. */
export interface ClientTls {
  ca?: string;
  cert?: string;
  key?: string;
  rejectUnauthorized?: boolean;
  checkServerIdentity?: () => undefined;
}

export interface Credentials {
  /** `https://host:port`, without a trailing slash. */
  server: string;
  headers(): Promise<Record<string, string>>;
  tls(): Promise<ClientTls | undefined>;
}
