/** The worker of desk pages; replaced by the engine. */

export {};
