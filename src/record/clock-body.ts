// What is recorded of the host's clock: that it was set, and where it stands beside one that never is (threat F10).

/** Milliseconds on the kernel's monotonic clock, which nobody can set. It begins with the boot, and stands while the machine sleeps. */
export interface Uptime {
  /** The kernel's random name of this boot: two readings compare only within one. */
  readonly boot: string;
  readonly millis: number;
}

/** The clock was set, or the machine slept: it moved otherwise than the time that went by. Written before the entry that noticed it. */
export interface ClockBody {
  readonly type: 'clock';
  /** By how much, in milliseconds: above 0 it is ahead of where it would be. */
  readonly stepMillis: number;
  readonly uptime?: Uptime;
}
