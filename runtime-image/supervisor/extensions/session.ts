/**
 * The Extensions API as one generation sees it: who registered, in what state each is, whose call for the next event waits.
 * External extensions are known by their file's name before they call; any other name is an internal one, part of the runtime.
 */
import { randomUUID } from "node:crypto";
import { extensionsMax, registrationBytesMax } from "../limits.ts";
import { collect } from "../runtime-api/collect.ts";
import { type BodySink, type Exchange, ignored } from "../runtime-api/http/connection.ts";
import type { Reply } from "../runtime-api/http/reply.ts";
import { type ExtensionNotice, renderNotice } from "./event.ts";
import { type ExtensionKind, readRegistration, type Subscription } from "./registration.ts";
import {
  acceptedError,
  emptyName,
  invalidIdentifier,
  invalidRequest,
  missingErrorType,
  missingIdentifier,
  nameTaken,
  refusedTransition,
  registrationClosed,
  tooManyExtensions,
  unknownIdentifier,
} from "./replies.ts";
import { type ExtensionEvent, type ExtensionState, transition } from "./states.ts";

export interface FunctionFacts {
  functionName: string;
  functionVersion: string;
  handler: string;
  accountId: string;
}

export interface ExtensionFacts {
  name: string;
  kind: ExtensionKind;
  state: ExtensionState;
  subscriptions: readonly Subscription[];
  errorType?: string;
}

export interface ExtensionSessionEvents {
  /** Every external extension has registered: the runtime may start. */
  registered(): void;
  /** One asked for its next event: perhaps all are done. */
  idle(): void;
  /** One told an error; by itself that ends nothing, but it explains the end that follows. */
  told(errorType: "Extension.InitError" | "Extension.ExitError"): void;
}

export interface ExtensionSession {
  register(exchange: Exchange): BodySink;
  next(exchange: Exchange): BodySink;
  error(exchange: Exchange, event: "initError" | "exitError"): BodySink;
  /** The extension that calls, or the refusal. */
  identify(exchange: Exchange): ExtensionFacts | Reply;
  closeRegistration(): void;
  /** All asked for their next event. */
  isIdle(): boolean;
  /** Hands the event to those who subscribed to it and wait. */
  notify(notice: ExtensionNotice): void;
  launchFailed(name: string, errorType: string): void;
  all(): ExtensionFacts[];
}

interface Extension {
  id: string;
  name: string;
  kind: ExtensionKind;
  state: ExtensionState;
  subscriptions: ReadonlySet<Subscription>;
  errorType?: string;
  waiter?: Exchange;
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function createExtensionSession(
  externalNames: readonly string[],
  facts: FunctionFacts,
  events: ExtensionSessionEvents,
): ExtensionSession {
  const extensions: Extension[] = externalNames.map((name) => create(name, "external"));
  let isOpen = true;
  /** Once said, it is also the answer to who asks later. */
  let shutdown: ExtensionNotice | undefined;

  /** Moves on, or gives Lambda's refusal. */
  function enter(extension: Extension, event: ExtensionEvent, as = extension.id): Reply | undefined {
    const to = transition(extension.state, event);
    if (to === "refused") return refusedTransition(extension.state, event, as);
    extension.state = to;
    return undefined;
  }

  function find(exchange: Exchange): Extension | Reply {
    const id = exchange.head.headers.get("lambda-extension-identifier") ?? "";
    if (id === "") return missingIdentifier;
    if (!uuidForm.test(id)) return invalidIdentifier;
    return extensions.find((extension) => extension.id === id.toLowerCase()) ?? unknownIdentifier(id);
  }

  /** The internal extension of that name, made if it may be. */
  function internal(name: string): Extension | Reply {
    if (!isOpen) return registrationClosed;
    if (extensions.length >= extensionsMax) return tooManyExtensions(extensionsMax);
    if (extensions.some((extension) => extension.name === name)) return nameTaken;
    const extension = create(name, "internal");
    extensions.push(extension);
    return extension;
  }

  function admit(name: string, body: Uint8Array, exchange: Exchange): Reply {
    const external = extensions.find((one) => one.name === name && one.kind === "external");
    const registration = readRegistration(body, external === undefined ? "internal" : "external");
    if (registration.kind === "refused") return registration.reply;
    const extension = external ?? internal(name);
    if (!("state" in extension)) return extension;
    const refusal = enter(extension, "register", name);
    if (refusal !== undefined) return refusal;
    extension.subscriptions = registration.subscriptions;
    return welcome(extension, facts, exchange);
  }

  function complete(exchange: Exchange, name: string, body: Uint8Array): void {
    const isWaiting = () => extensions.some(({ kind, state }) => kind === "external" && state === "Started");
    const wasWaiting = isWaiting();
    exchange.reply(admit(name, body, exchange));
    if (wasWaiting && !isWaiting()) events.registered();
  }

  function deliver(extension: Extension, notice: ExtensionNotice): void {
    const { waiter } = extension;
    if (waiter === undefined || enter(extension, "deliver") !== undefined) return;
    delete extension.waiter;
    waiter.reply(renderNotice(notice, randomUUID()));
  }

  /** Its call waits for the next event, unless the last one there is has been told. */
  function wait(extension: Extension, exchange: Exchange): void {
    extension.waiter = exchange;
    if (shutdown !== undefined && extension.subscriptions.has("SHUTDOWN")) deliver(extension, shutdown);
    else events.idle();
  }

  function note(extension: Extension, event: "initError" | "exitError", errorType: string): Reply {
    const refusal = enter(extension, event);
    if (refusal !== undefined) return refusal;
    extension.errorType ??= errorType.slice(0, 256);
    events.told(event === "initError" ? "Extension.InitError" : "Extension.ExitError");
    return acceptedError;
  }

  return {
    register(exchange) {
      const name = exchange.head.headers.get("lambda-extension-name") ?? "";
      if (name !== "") {
        return collect(registrationBytesMax, (collected) => {
          if (collected.kind === "whole") complete(exchange, name, collected.body);
          else exchange.reply(invalidRequest(`the body is over ${registrationBytesMax} bytes`));
        });
      }
      exchange.reply(emptyName);
      return ignored;
    },
    next(exchange) {
      const extension = find(exchange);
      const refusal = "state" in extension ? enter(extension, "next") : extension;
      if (refusal !== undefined) exchange.reply(refusal);
      else if ("state" in extension) wait(extension, exchange);
      return ignored;
    },
    error(exchange, event) {
      const extension = find(exchange);
      const errorType = exchange.head.headers.get("lambda-extension-function-error-type") ?? "";
      if (extension === missingIdentifier || extension === invalidIdentifier) exchange.reply(extension);
      else if (errorType === "") exchange.reply(missingErrorType);
      else exchange.reply("state" in extension ? note(extension, event, errorType) : extension);
      return ignored;
    },
    identify(exchange) {
      const extension = find(exchange);
      return "state" in extension ? describe(extension) : extension;
    },
    closeRegistration() {
      isOpen = false;
    },
    isIdle: () => extensions.every(({ state }) => state === "Ready"),
    notify(notice) {
      if (notice.eventType === "SHUTDOWN") shutdown = notice;
      for (const extension of extensions) {
        if (extension.subscriptions.has(notice.eventType)) deliver(extension, notice);
      }
    },
    launchFailed(name, errorType) {
      const extension = extensions.find((one) => one.name === name);
      if (extension !== undefined && enter(extension, "launchError") === undefined)
        extension.errorType = errorType;
    },
    all: () => extensions.map(describe),
  };
}

const create = (name: string, kind: ExtensionKind): Extension => ({
  id: randomUUID(),
  name,
  kind,
  state: "Started",
  subscriptions: new Set(),
});

const describe = ({ name, kind, state, subscriptions, errorType }: Extension): ExtensionFacts => ({
  name,
  kind,
  state,
  subscriptions: [...subscriptions],
  ...(errorType === undefined ? {} : { errorType }),
});

function welcome({ id }: Extension, facts: FunctionFacts, exchange: Exchange): Reply {
  const { functionName, functionVersion, handler, accountId } = facts;
  const known = { functionName, functionVersion, handler };
  const accepts = (exchange.head.headers.get("lambda-extension-accept-feature") ?? "").split(",");
  const isAccountWanted = accepts.some((feature) => feature.trim() === "accountId");
  return {
    status: 200,
    headers: [["Lambda-Extension-Identifier", id]],
    json: isAccountWanted ? { ...known, accountId } : known,
  };
}
