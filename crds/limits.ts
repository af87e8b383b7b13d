/**
 * Every limit that more than one part of the product knows, with its reason. The numbers are Lambda's unless said otherwise.
 * What an installation may change stands in the settings and takes its default from here; what only the supervisor holds stands
 * in `runtime-image/supervisor/limits.ts`, since it may not import this.
 */
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const gibibyte = 1024 * mebibyte;

export const limits = {
  /** Lambda's buffered request limit; one byte more is a 413. */
  requestBytesMax: 6 * mebibyte,
  /** What the Runtime API takes as a buffered response: 6 MiB and 100 bytes, as the official emulator counts. */
  responseBytesMax: 6 * mebibyte + 100,
  /** A streamed response, Lambda's soft limit. */
  streamedResponseBytesMax: 20 * mebibyte,

  /** Code inside a manifest: kubectl's last-applied annotation holds the manifest again, and annotations end at 256 KiB. */
  inlineCodeBytesMax: 180 * kibibyte,
  inlineFilesMax: 64,
  /** A zip archive as uploaded or fetched. */
  zipBytesMax: 50 * mebibyte,
  /** Code and layers together, unpacked. */
  unzippedBytesMax: 250 * mebibyte,
  /** Ours: entries in an archive, so that millions of empty files cannot stall the operator. */
  archiveEntriesMax: 100_000,
  /** Ours: one path inside an archive. */
  archivePathBytesMax: 1024,
  /** Of an image's variable that is carried to its program; a longer one is left out. */
  imageVariableLengthMax: 4096,
  imageBytesMax: 10 * gibibyte,
  layersMax: 5,

  /** Keys and values of the environment together. */
  environmentBytesMax: 4 * kibibyte,
  /** Ours: 4 KB cannot hold more variables with a name and a value each. */
  environmentVariablesMax: 256,
  functionNameLengthMax: 64,
  aliasNameLengthMax: 128,
  tagsMax: 50,

  timeoutSecondsMax: 900,
  timeoutSecondsDefault: 3,
  memoryMbMin: 128,
  memoryMbMax: 10_240,
  memoryMbDefault: 128,
  /** Memory that earns one virtual CPU; CPU is given in proportion. */
  memoryMbPerCpu: 1769,
  ephemeralStorageMbMin: 512,
  ephemeralStorageMbMax: 10_240,

  /** In flight in one account, which is a namespace. */
  concurrencyPerAccount: 1000,
  /** What reservations must leave to functions without one. */
  concurrencyUnreservedMin: 100,
  /** Requests a second for each unit of concurrency, synchronous. */
  requestsPerSecondPerConcurrency: 10,

  asyncRetriesMax: 2,
  asyncEventAgeSecondsMin: 60,
  asyncEventAgeSecondsMax: 21_600,

  /** A pod outlives SIGTERM by the longest timeout and a margin to deliver the result. */
  podGraceSeconds: 930,
  /** A payload above this is never parsed in the gateway, so that one tenant's cannot stall another's. */
  parsedPayloadBytesMax: 64 * kibibyte,
} as const;
