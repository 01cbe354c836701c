/** The script of the desk. */

export {};
