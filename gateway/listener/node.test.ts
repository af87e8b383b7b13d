import { listenerContract } from "../testing/listening.ts";
import { listenWithNode } from "./node.ts";

listenerContract("node:http", listenWithNode);
