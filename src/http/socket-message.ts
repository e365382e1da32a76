// One whole message of an upgraded connection: its fragments joined, its mask undone.

export interface SocketMessage {
  /** Sent as text, and surely UTF-8; else sent as binary. */
  readonly text: boolean;
  readonly bytes: Buffer;
}
