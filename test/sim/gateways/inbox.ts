/** A process does one thing after the other, and nothing while it stands still. */
import type { Time } from "./time.ts";

export interface Inbox {
  enqueue(work: () => void): void;
  /** What is left of something begun: comes before all else. */
  first(work: () => void): void;
  pause(ms: number): void;
  isPaused(): boolean;
  /** The process is gone. */
  end(): void;
}

export function createInbox(time: Time): Inbox {
  const works: (() => void)[] = [];
  let pausedUntilMs = 0;
  let isOpen = true;
  let isPumping = false;
  /** What the work at hand has caused comes after it, before what came from elsewhere meanwhile. */
  let caused = 0;

  const isPaused = () => time.nowMs() < pausedUntilMs;
  const pump = () => {
    if (isPumping) return;
    isPumping = true;
    while (isOpen && works.length > 0 && !isPaused()) {
      caused = 0;
      works.shift()?.();
    }
    isPumping = false;
    if (works.length > 0 && isOpen) time.after(Math.max(0, pausedUntilMs - time.nowMs()), pump);
  };
  return {
    enqueue(work) {
      works.splice(isPumping ? caused++ : works.length, 0, work);
      pump();
    },
    first(work) {
      works.unshift(work);
      caused++;
    },
    pause(ms) {
      pausedUntilMs = Math.max(pausedUntilMs, time.nowMs() + ms);
    },
    isPaused,
    end() {
      isOpen = false;
    },
  };
}
