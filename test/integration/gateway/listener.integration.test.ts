/** Both listeners under Bun, where the product runs. */
import { listenWithBun } from "../../../gateway/listener/bun.ts";
import { listenWithNode } from "../../../gateway/listener/node.ts";
import { listenerContract } from "../../../gateway/testing/listening.ts";

listenerContract("Bun.serve", listenWithBun);
listenerContract("node:http under Bun", listenWithNode);
