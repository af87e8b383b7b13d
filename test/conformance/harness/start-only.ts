/** Of every variable that a started process cannot take, one with a value it was not started with: each means a new process. */

const anyFamily = {
  AWS_LAMBDA_EXEC_WRAPPER: "./wrapper",
  LANG: "de_DE.UTF-8",
  LANGUAGE: "de",
  LC_ALL: "C",
  LD_LIBRARY_PATH: "/tmp/lib",
  LD_PRELOAD: "",
  GLIBC_TUNABLES: "glibc.malloc.check=0",
  MALLOC_ARENA_MAX: "1",
  OPENSSL_CONF: "/dev/null",
  SSL_CERT_FILE: "/dev/null",
  TMPDIR: "/tmp/x",
};

export const startOnly = {
  nodejs: {
    ...anyFamily,
    NODE_OPTIONS: "--stack-trace-limit=3 --no-warnings",
    NODE_PATH: "/tmp/elsewhere",
    NODE_EXTRA_CA_CERTS: "/dev/null",
    UV_THREADPOOL_SIZE: "2",
  },
  python: {
    ...anyFamily,
    HOME: "/tmp/home",
    PYTHONPATH: "/tmp/elsewhere",
    PYTHONHASHSEED: "7",
    PYTHONOPTIMIZE: "1",
    PYTHONWARNINGS: "ignore",
  },
} satisfies Record<string, Record<string, string>>;
