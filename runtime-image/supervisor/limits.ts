/** Every bound the supervisor keeps, with its reason. Lambda's own numbers are marked as such. */

/** Lambda's limit on a buffered response and on an error body. */
export const responseBytesMax = 6 * 1024 * 1024 + 100;

/** What is still read (and thrown away) of a body past its limit, so that the client sees its 413; then the connection ends. */
export const discardBytesMax = 64 * 1024 * 1024;

/** Lambda's INIT phase; past it the runtime is ended and INIT is repeated within the first invocation. */
export const initMsMax = 10_000;

/** Lambda's where nobody waits for it, before provisioned concurrency: this or the function's timeout, whichever is more. */
export const provisionedInitMsMin = 130_000;

/** A process started ahead that does not wait for its function by then is ended: a node that starts many at once takes seconds for each. */
export const aheadMsMax = 20_000;

/** Our own rehearsal may take so long. */
export const rehearsalMsMax = 10_000;

/** So often a process that waits is replaced when it ends; then the environment waits without one. */
export const aheadStartsMax = 3;

/** Without an authenticated link for so long no result can be delivered: the environment ends (docs/adr/0016-limits-that-hold.md). */
export const unlinkedMsMax = 5_000;

/** The same before the first link: gateways may still be starting. */
export const firstLinkMsMax = 30_000;

/** Reconnects wait a random share of a time that doubles between these two. */
export const reconnectMsMin = 50;
export const reconnectMsMax = 2_000;

/**
 * How long a leaving environment waits for gateways to have read all it said. One whose caller reads slowly reads slowly too, and
 * cuts a caller that takes nothing for 30 s; one that is gone falls silent. The pod's grace is the last bound.
 */
export const farewellMsMax = 300_000;

/** How long it waits for its log to be taken. */
export const closeMsMax = 1_000;

/** A dial, with TLS and hello, that takes longer has failed. */
export const dialMsMax = 5_000;

/** Gateways ping every 5 s; once one did, so much silence means that it is gone, whatever TCP says. */
export const silenceMsMax = 12_000;

/** How often the gateways' names are resolved again, ±20 %. */
export const resolveMs = 15_000;

/** More gateway replicas than this are not dialled. */
export const peersMax = 64;

/** Frames held for a gateway whose link is down in the middle of an invocation, and unsent bytes on a link before a stream pauses. */
export const outboxBytesMax = 16 * 1024 * 1024;
export const streamAheadBytesMax = 1024 * 1024;

/** How long a frame that nobody waits for may wait for company. */
export const unhurriedMsMax = 5;

/** How long a log line may wait for others of its invocation. */
export const logHeldMsMax = 10;

/**
 * So many writes of the log may follow each other at once, and one more in this time: past that, lines leave together. Each write
 * wakes the kubelet's side several times over, which at hundreds of invocations a second costs more than they do.
 */
export const logBurstMax = 20;
export const logEveryMs = 100;

/** So many bytes of log leave at once. */
export const logJoinBytesMax = 32 * 1024;

/** Lambda's X-Amz-Log-Result: the last 4 KB. */
export const logTailBytesMax = 4096;

/** A log line longer than this is cut into lines of this size. */
export const logLineBytesMax = 64 * 1024;

/** Log bytes written by the function and not yet taken by the kubelet; past it the function's own writes wait. */
export const logAheadBytesMax = 1024 * 1024;

/** How long the end of an invocation waits for its last log lines; a kubelet that takes no lines costs no more than this. */
export const logDrainMsMax = 250;

/** Runtime API: connections, bytes of a request's head or trailers (XRay causes are up to 64 KiB), waiting `next` calls. */
export const apiConnectionsMax = 256;
export const apiHeadBytesMax = 128 * 1024;
export const apiPipelinedBytesMax = 64 * 1024;
export const apiWaitersMax = 16;

/** Replies up to this leave in one write, joined; the body of a larger one is written as it is, without a copy. */
export const apiJoinBytesMax = 64 * 1024;

/** Lambda's limit on the cause a runtime reports for X-Ray; longer ones lose the ends of their stacks. */
export const errorCauseBytesMax = 64 * 1024;

/** The archive, and what it unpacks to (Lambda: 250 MB with layers), with room for tar's own blocks. */
export const archiveBytesMax = 300 * 1024 * 1024;
export const unpackedBytesMax = 300 * 1024 * 1024;
/** What an archive that came in one piece may unpack to and still be unpacked at once; more is unpacked as a stream. */
export const unpackedAtOnceBytesMax = 8 * 1024 * 1024;
export const entriesMax = 100_000;

/** Lambda's limit on open files of a process. */
export const openFilesMax = 1024n;

/** How often a running function's memory is looked at. */
export const memoryPollMs = 100;

/** The same above half of what it may have: we must be there before the kernel, which would end us too. */
export const memoryPollNearMs = 20;

/** Files of `/tmp` counted at each of these looks; a thousand take a few milliseconds. */
export const storageEntriesMax = 500;

/** Lambda's limit on processes and threads, together. The kernel's own counts a user's in all pods of a node, so we count. */
export const tasksMax = 1024;

/** How soon the ends of orphans that could not be taken in one go are looked at again. */
export const reapAgainMs = 5;

/** How long ended processes may take to disappear after SIGKILL before the environment gives up and leaves. */
export const killMsMax = 5_000;

/** Lambda's limit on extensions, external and internal together, and on what one says when it registers. */
export const extensionsMax = 10;
export const registrationBytesMax = 64 * 1024;

/**
 * Lambda's SHUTDOWN phase: with external extensions 2 s in all, 300 ms of them the runtime's; with internal ones only
 * 500 ms; without any nobody is asked.
 */
export const externalShutdownMsMax = 2_000;
export const runtimeShutdownMsMax = 300;
export const internalShutdownMsMax = 500;

/** What an extension says when it subscribes to telemetry; what INIT told before, kept for it. */
export const subscriptionBytesMax = 64 * 1024;
export const telemetryHistoryMax = 64;

/**
 * A subscriber's full batches (of at most 1 MiB each) that wait for the one being sent; how long one may take, how often it
 * is tried, and the pause between. Past them batches are dropped and counted: nobody waits for a subscriber.
 */
export const telemetryBatchesMax = 2;
export const telemetrySendMsMax = 2_000;
export const telemetryTriesMax = 3;
export const telemetryRetryMs = 100;

/** After at least so many invocations, and none for so long, garbage is collected: a few would leave none worth the pause. */
export const tidyInvocationsMin = 100;
export const tidyAfterMs = 5_000;
