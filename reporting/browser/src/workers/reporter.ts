/** The worker of reporter pages; replaced by the engine. */

export {};
