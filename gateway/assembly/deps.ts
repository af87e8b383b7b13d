/** What a gateway is made with. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import type { HttpHandler, HttpListener, ListenerOptions } from "../listener/http.ts";

export interface GatewayOptions {
  namespace: string;
  podName: string;
  /** Unique to this process, so that an environment can tell gateways apart. */
  gatewayId: string;
  host: string;
  ports: { public: number; api: number; metrics: number; link: number; peer: number };
  listen(options: ListenerOptions, handler: HttpHandler): HttpListener | Promise<HttpListener>;
}

export type GatewayDeps = ClockDep & RandomDep & LogDep & KubeDep & StoreDep & SettingsDep;
