// Why a raw message can't be read surely. Thrown inside the MIME reader only, and told as `problem` at its door.

/** The message is for people and quotes nothing of the mail. */
export class MimeProblem extends Error {}
